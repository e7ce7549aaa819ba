import type { ArchOperation, RawRange } from '../../core/index.ts';
import type { OvalComparison, OvalState, OvalTest } from '../../formats/oval/index.ts';

/** Why a statement cannot be made a row. */
export type OvalObstacle =
  | 'criteria'
  | 'test-missing'
  | 'id-ambiguous'
  | 'test-kind'
  | 'test-existence'
  | 'test-state'
  | 'version-operation'
  | 'several-packages'
  | 'no-package'
  | 'no-criteria'
  /** More rows than any real definition has. */
  | 'size';

/** What a test says of a package. */
export interface PackageFactsOfTest {
  readonly names: readonly string[];
  /** Versions for which it holds; undefined: none that can be installed. */
  readonly range: RawRange | undefined;
  readonly arch: string;
  readonly archOperation: ArchOperation;
}

const kinds: ReadonlySet<string> = new Set(['rpminfo', 'dpkginfo', 'textfilecontent54']);
const existences: ReadonlySet<string> = new Set(['at_least_one_exists', 'any_exist', 'all_exist', 'only_one_exists']);

/**
 * Of a line `name version` of a manifest, with a pattern of a line of which Ubuntu finds packages: `^openssh-client(?::\w+|)\s+(.*)$`.
 */
const linePattern = /^\^?([a-z0-9][a-z0-9+.-]*)(?:\(\?:.*|\\s.*|:.*)?$/;

/** The names that an object speaks of. @param values of the variable that it refers to; undefined where it refers to none */
export function namesOf(name: string, values: readonly string[] | undefined): readonly string[] {
  if (!values) return name === '' ? [] : [name];
  return values.flatMap((value) => linePattern.exec(value.replaceAll('\\+', '+').replaceAll('\\.', '.'))?.[1] ?? []);
}

/** Reads a test with its states; a text tells why it cannot. */
export function readPackageTest(
  test: Pick<OvalTest, 'kind' | 'existence'>,
  states: readonly Omit<OvalState, 'id'>[],
  names: readonly string[],
  isNegated: boolean,
): PackageFactsOfTest | OvalObstacle {
  if (!kinds.has(test.kind)) return 'test-kind';
  if (!existences.has(test.existence)) return 'test-existence';
  if (names.length === 0) return 'no-package';
  let range: RawRange | undefined = {};
  let arch: OvalComparison | undefined;
  for (const state of states) {
    if (state.others.length > 0 || (state.arch && (arch || isNegated))) return 'test-state';
    arch = state.arch ?? arch;
    const held = rangeOfState(state);
    if (held === 'version-operation') return held;
    const both: RawRange | null | undefined = range && held ? intersectRanges(range, held) : undefined;
    if (both === null) return 'version-operation';
    range = both;
  }
  if (isNegated) {
    range = range && invert(range);
    if (!range) return 'version-operation';
  }
  const operation = archOperationOf(arch);
  if (operation === undefined) return 'test-state';
  return { names, range, arch: arch?.value ?? '', archOperation: operation };
}

function archOperationOf(arch: OvalComparison | undefined): ArchOperation | undefined {
  if (!arch) return '';
  switch (arch.operation) {
    case 'equals':
      return 'equals';
    case 'not equal':
      return 'not equals';
    case 'pattern match':
      return 'pattern match';
    default:
      return undefined;
  }
}

/** Undefined: no version that can be installed. */
function rangeOfState({ evr, version }: Omit<OvalState, 'id'>): RawRange | undefined | 'version-operation' {
  if (evr && version) return 'version-operation';
  if (evr) return evr.value === '' ? 'version-operation' : rangeOfEvr(evr);
  if (!version) return {};
  // SUSE: a version that no package has says that no version is affected
  if (version.operation === 'equals' && version.value === '0') return undefined;
  // A version without a release is below the same with any (rpm-version(7)): only these two are exact.
  if (version.operation === 'less than') return { fixed: version.value };
  return version.operation === 'greater than or equal' ? { introduced: version.value } : 'version-operation';
}

function rangeOfEvr({ operation, value }: OvalComparison): RawRange | 'version-operation' {
  switch (operation) {
    case 'less than':
      return { fixed: value };
    case 'less than or equal':
      return { lastAffected: value };
    case 'greater than or equal':
      return { introduced: value };
    case 'greater than':
      return { introduced: successorOf(value) };
    case 'equals':
      return { introduced: value, lastAffected: value };
    default:
      return 'version-operation';
  }
}

/** The next rpm version after it: nothing lies between `1.0-1` and `1.0-1^` (rpm-version(7)). */
function successorOf(evr: string): string {
  return `${evr}^`;
}

/** Both at once; null where that is no range. */
export function intersectRanges(a: RawRange, b: RawRange): RawRange | null {
  const ends = ['introduced', 'fixed', 'lastAffected'] as const;
  if (ends.some((end) => a[end] !== undefined && b[end] !== undefined && a[end] !== b[end])) return null;
  const both = { ...a, ...b };
  return both.fixed !== undefined && both.lastAffected !== undefined ? null : both;
}

/** All other versions; undefined where they are no single range. */
function invert({ introduced, fixed, lastAffected }: RawRange): RawRange | undefined {
  if (introduced !== undefined) return fixed === undefined && lastAffected === undefined ? { fixed: introduced } : undefined;
  if (fixed !== undefined) return { introduced: fixed };
  return lastAffected === undefined ? undefined : { introduced: successorOf(lastAffected) };
}
