import type { AffectedStatus, Namespace } from '../../contracts/index.ts';
import type { FixState, PackageKind, RawRange, Severity } from '../../core/index.ts';
import type { OvalDefinition } from '../../formats/oval/index.ts';

/** What a criterion says by its comment alone, without its test. */
export type RecognisedCriterion =
  /** One of the vendor's products is installed. */
  | { readonly kind: 'platform'; readonly platform: string }
  /** The machine is of that architecture. */
  | { readonly kind: 'machine'; readonly arch: string }
  /** `name:stream` is enabled. */
  | { readonly kind: 'module'; readonly module: string }
  /** Says nothing of what is vulnerable: that packages are signed with the vendor's key, that a kernel is running. */
  | { readonly kind: 'signature' }
  /** Holds for nothing that is asked about: that the machine is none of the vendor's. */
  | { readonly kind: 'never' };

/** What a statement says of the versions in its range. */
export interface OvalVerdict {
  readonly range: RawRange;
  readonly status: AffectedStatus;
  readonly fixState: FixState;
}

/** What a statement is about, as far as its criteria and test tell. */
export interface OvalStatement {
  readonly definition: OvalDefinition;
  /** See {@link OvalProfile.wordOf}. */
  readonly word: string;
  /** Versions that its test holds for; undefined where it holds for none. */
  readonly range: RawRange | undefined;
}

/** How a vendor writes OVAL. */
export interface OvalProfile {
  /** `binary` where objects are names of packages as they are installed. */
  readonly packageKind: PackageKind;
  /** Where the document can be found. */
  readonly url: string;
  /** Undefined: the criterion is a test of a package. */
  recognise(comment: string): RecognisedCriterion | undefined;
  /**
   * The namespaces that a statement is for; none where it is for other products.
   * @param platforms those of its criteria; undefined where they name none
   */
  namespacesOf(platforms: readonly string[] | undefined, definition: OvalDefinition): readonly Namespace[];
  /** What the comment of a package's criterion says besides its test, in one of few words; empty for nothing. */
  wordOf(comment: string): string;
  /** For a test whose id stands for several: what its criterion's word tells of the package. */
  factsOfWord?(word: string): { readonly name: string; readonly fixed: string } | undefined;
  /** Undefined: the statement is about nothing that can be installed. */
  verdictOf(statement: OvalStatement): OvalVerdict | undefined;
  /** The vendor's own names of the advisory, e.g. `ELSA-2007-0057`; the first names it where it has no CVE. */
  aliasesOf(definition: OvalDefinition): readonly string[];
  severityOf(word: string): Severity;
  /** Whether rows of that version are of another make than what images have, and are left out. */
  isOtherMake?(version: string): boolean;
}

/** What the vendors of rpm distributions have in common. */
export function recogniseCommon(comment: string): RecognisedCriterion | undefined {
  if (comment.includes(' is signed with ')) return { kind: 'signature' };
  const module = /^Module (\S{1,200}) is enabled$/.exec(comment)?.[1];
  if (module !== undefined) return { kind: 'module', module };
  const arch = / arch is (\w{1,20})$/.exec(comment)?.[1];
  return arch === undefined ? undefined : { kind: 'machine', arch };
}

/** Versions before a fix are affected; without one all are, and there is none yet. */
export function plainVerdict({ range }: OvalStatement): OvalVerdict | undefined {
  if (range === undefined) return undefined;
  return { range, status: 'affected', fixState: range.fixed === undefined ? 'not-fixed' : 'fixed' };
}
