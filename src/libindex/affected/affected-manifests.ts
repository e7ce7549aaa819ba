import type { IndexerStore, PackageName } from '../../contracts/index.ts';
import {
  compareSeverity,
  compareText,
  throwIfAborted,
  type ManifestDigest,
  type Vulnerability,
  type VulnerabilityId,
} from '../../core/index.ts';
import { VulnerabilityJudge, type JudgeOptions } from './vulnerability-judge.ts';

/** Which of the images that were indexed some vulnerabilities affect. */
export interface AffectedManifests {
  /** Those that affect an image, or may; by id, sorted. */
  readonly vulnerabilities: ReadonlyMap<VulnerabilityId, Vulnerability>;
  /** By digest, sorted: the vulnerabilities that affect the image, the most severe first, then by id. */
  readonly vulnerableManifests: ReadonlyMap<ManifestDigest, readonly VulnerabilityId[]>;
  /** In the same form: those that could not be judged, because a version cannot be read. They may affect the image. */
  readonly undetermined: ReadonlyMap<ManifestDigest, readonly VulnerabilityId[]>;
  /** Images that hold a package of that name and have no finished report now: ask again, or index them again. Sorted. */
  readonly unfinished: readonly ManifestDigest[];
}

export interface AffectedContext extends JudgeOptions {
  readonly store: IndexerStore;
  readonly signal: AbortSignal;
}

/** @throws StoreError, AbortedError */
export async function affectedManifests(given: readonly Vulnerability[], context: AffectedContext): Promise<AffectedManifests> {
  const { store, signal } = context;
  const known = new Map(given.map((vulnerability) => [vulnerability.id, vulnerability]));
  const judge = new VulnerabilityJudge([...known.values()], context);
  const vulnerableManifests = new Map<ManifestDigest, readonly VulnerabilityId[]>();
  const undetermined = new Map<ManifestDigest, readonly VulnerabilityId[]>();
  const unfinished: ManifestDigest[] = [];
  const names = packageNames(given);
  // One report at a time: there may be a million of them.
  for (const digest of names.length === 0 ? [] : await store.manifestsWith(names)) {
    throwIfAborted(signal);
    const report = await store.indexReport(digest);
    if (report?.state !== 'IndexFinished') {
      // Undefined: deleted since it was found.
      if (report) unfinished.push(digest);
      continue;
    }
    const image = judge.judge(report);
    if (image.affected.size > 0) vulnerableManifests.set(digest, bySeverity(image.affected, known));
    if (image.undetermined.size > 0) undetermined.set(digest, bySeverity(image.undetermined, known));
  }
  const told = new Set([...vulnerableManifests.values(), ...undetermined.values()].flat());
  const vulnerabilities = new Map([...known].filter(([id]) => told.has(id)).sort(([a], [b]) => compareText(a, b)));
  return { vulnerabilities, vulnerableManifests, undetermined, unfinished };
}

/** A package without a source is its own: an advisory on a source may mean a package of that name. */
function packageNames(vulnerabilities: readonly Vulnerability[]): readonly PackageName[] {
  const names = new Map<string, PackageName>();
  for (const { package: of } of vulnerabilities) {
    names.set(`binary ${of.name}`, { name: of.name, kind: 'binary' });
    if (of.kind === 'source') names.set(`source ${of.name}`, { name: of.name, kind: 'source' });
  }
  return [...names.values()];
}

function bySeverity(ids: ReadonlySet<VulnerabilityId>, known: ReadonlyMap<VulnerabilityId, Vulnerability>): readonly VulnerabilityId[] {
  const severityOf = (id: VulnerabilityId): Vulnerability['normalizedSeverity'] => known.get(id)?.normalizedSeverity ?? 'Unknown';
  return [...ids].sort((a, b) => compareSeverity(severityOf(b), severityOf(a)) || compareText(a, b));
}
