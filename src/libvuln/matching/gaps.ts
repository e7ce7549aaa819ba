import {
  compareText,
  gapOf,
  diagnosticCodes,
  type Diagnostic,
  type DiagnosticCode,
  type Gap,
  type GapReason,
  type PackageId,
} from '../../core/index.ts';
import type { GapSubject } from './unanswered.ts';

interface OpenGap extends GapSubject {
  readonly reason: GapReason;
  readonly packages: Set<PackageId>;
  readonly details: Set<string>;
}

/** Paths that a gap names before it only counts. */
const namedPaths = 3;

/** Gathers what could not be judged, by reason and by what it is about. */
export class Gaps {
  readonly #open = new Map<string, OpenGap>();

  add(reason: GapReason, { subject, subjectKind }: GapSubject, packageId: PackageId, detail: string): void {
    const key = `${reason}\0${subjectKind}\0${subject}`;
    const gap = this.#open.get(key) ?? { reason, subject, subjectKind, packages: new Set(), details: new Set() };
    this.#open.set(key, gap);
    gap.packages.add(packageId);
    gap.details.add(detail);
  }

  /** Something that is missing of the image as such. */
  addImage(reason: GapReason, { subject, subjectKind }: GapSubject, detail: string): void {
    const key = `${reason}\0${subjectKind}\0${subject}`;
    this.#open.set(key, { reason, subject, subjectKind, packages: new Set(), details: new Set([detail]) });
  }

  /** Sorted by reason, kind of subject, subject, detail. */
  closed(diagnostics: readonly Diagnostic[]): readonly Gap[] {
    const gaps = [...this.#open.values()].map(({ reason, subject, subjectKind, packages, details }) => ({
      reason,
      subject,
      subjectKind,
      packages: packages.size,
      detail: [...details].sort().join('; '),
    }));
    return [...gaps, ...diagnosticGaps(diagnostics)].sort(
      (a, b) =>
        compareText(a.reason, b.reason) ||
        compareText(a.subjectKind, b.subjectKind) ||
        compareText(a.subject, b.subject) ||
        compareText(a.detail, b.detail),
    );
  }
}

/** What the index of the image left open: one gap for each code that takes something away. */
function diagnosticGaps(diagnostics: readonly Diagnostic[]): readonly Gap[] {
  const byCode = Map.groupBy(
    diagnostics.filter((one) => !isAnsweredByOwner(one)),
    ({ code }) => code,
  );
  return [...byCode].flatMap(([code, found]) => {
    const reason = gapOf(code);
    return reason === undefined
      ? []
      : [{ reason, subject: '', subjectKind: 'image' as const, packages: packagesIn(found), detail: detailOf(code, found) }];
  });
}

/** What files of packages are said with. Damage of a package database is none of it, whoever owns the file. */
const ofPackageFiles: ReadonlySet<DiagnosticCode> = new Set(['FILE_UNIDENTIFIED', 'FILE_UNPARSABLE', 'PACKAGE_NAME_ASSUMED']);

/** The file is an OS package's: its vendor answers for what is in it, whatever that is. */
function isAnsweredByOwner({ code, data }: Diagnostic): boolean {
  return data['ownedBy'] !== undefined && ofPackageFiles.has(code);
}

/** Where a diagnostic counts the packages that it leaves open, it does so under `packages`. */
function packagesIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.reduce((sum, { data }) => sum + (typeof data['packages'] === 'number' ? data['packages'] : 0), 0);
}

function detailOf(code: DiagnosticCode, found: readonly Diagnostic[]): string {
  const paths = [...new Set(found.flatMap(({ path }) => (path === undefined ? [] : [path])))].sort();
  const { message } = diagnosticCodes[code];
  if (paths.length === 0) return message;
  const more = paths.length > namedPaths ? ` and ${paths.length - namedPaths} more` : '';
  return `${message}: ${paths.slice(0, namedPaths).join(', ')}${more}`;
}
