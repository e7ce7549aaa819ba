import type {
  LayerArtifact,
  LayerResult,
  Lease,
  MatcherStore,
  Namespace,
  PreparedAdvisory,
  PreparedRow,
  ScannerIdentity,
  UpdateOutcome,
} from '../contracts/index.ts';
import {
  diagnostic,
  parseLayerDigest,
  parseManifestDigest,
  type IndexReport,
  type LayerDigest,
  type LayerRef,
  type ManifestDigest,
  type PackageFacts,
} from '../core/index.ts';
import { distributionId, packageId, repositoryId, Sha256 } from '../runtime/index.ts';

/** A digest made from any text: equal texts, equal digests. */
export function layerDigest(text: string): LayerDigest {
  return parseLayerDigest(new Sha256().update(`layer ${text}`).digest());
}

export function manifestDigest(text: string): ManifestDigest {
  return parseManifestDigest(new Sha256().update(`manifest ${text}`).digest());
}

export function scannerIdentity(name: string, version = 1): ScannerIdentity {
  return { name, version, kind: 'package' };
}

export function packageFacts(name: string, version: string, more: Partial<PackageFacts> = {}): PackageFacts {
  return {
    name,
    version,
    kind: 'binary',
    arch: 'amd64',
    module: '',
    cpe: '',
    detector: 'urn:claircore:detector:fixture:1:package',
    ...more,
  };
}

/** What a scanner found in a layer: packages `name version` at one path. */
export function layerArtifact(scanner: ScannerIdentity, path: string, packages: readonly string[]): LayerArtifact {
  return {
    scanner,
    findings: {
      packages: packages.map((text) => {
        const [name = '', version = ''] = text.split(' ');
        return { facts: packageFacts(name, version), origin: 'database', path };
      }),
    },
    read: [{ asked: path, real: path }],
  };
}

/** A walk over a layer that is known under both its digests. */
export function layerResult(layer: LayerRef, artifacts: readonly LayerArtifact[], more: Partial<LayerResult> = {}): LayerResult {
  return {
    layer,
    digest: layer.digest,
    diffId: layer.diffId ?? layer.digest,
    map: Uint8Array.of(1, 2, 3),
    diagnostics: [],
    artifacts,
    ...more,
  };
}

/** A report with everything that a report can hold; `packages` as `name version`. */
export function indexReport(digest: ManifestDigest, packages: readonly string[], more: Partial<IndexReport> = {}): IndexReport {
  const distributionFacts = {
    did: 'debian',
    name: 'Debian GNU/Linux',
    version: '12 (bookworm)',
    versionCodeName: 'bookworm',
    versionId: '12',
    arch: '',
    cpe: '',
    prettyName: 'Debian GNU/Linux 12 "bookworm" — ünïcode 🙂',
  };
  const distribution = { ...distributionFacts, id: distributionId(distributionFacts) };
  const repositoryFacts = { name: 'npm', key: '', uri: 'https://packages.example', cpe: '' };
  const repository = { ...repositoryFacts, id: repositoryId(repositoryFacts) };
  const found = packages.map((text) => {
    const [name = '', version = ''] = text.split(' ');
    const facts = packageFacts(name, version, { source: { name: `${name}-src`, version, module: '' } });
    return { ...facts, id: packageId(facts) };
  });
  return {
    manifestHash: digest,
    state: 'IndexFinished',
    success: true,
    err: '',
    packages: new Map(found.map((entry) => [entry.id, entry])),
    distributions: new Map([[distribution.id, distribution]]),
    repositories: new Map([[repository.id, repository]]),
    environments: new Map(
      found.map((entry) => [
        entry.id,
        [
          {
            packageDb: 'var/lib/dpkg/status',
            introducedIn: layerDigest('base'),
            distributionId: distribution.id,
            repositoryIds: [repository.id],
          },
        ],
      ]),
    ),
    diagnostics: [diagnostic('LINK_CYCLE', { layer: layerDigest('base'), path: 'a/b', data: { links: 3, known: true, why: 'ü' } })],
    distributionId: distribution.id,
    ...more,
  };
}

export const debian12: Namespace = {
  key: 'debian:12',
  scheme: 'deb',
  distribution: { did: 'debian', versionId: '12', versionCodeName: 'bookworm' },
};
export const npmNamespace: Namespace = { key: 'npm', scheme: 'semver', repository: { name: 'npm' } };

/** No upper end. */
export const openEnd = Uint8Array.of(0xff);

/** A row that affects versions from the start to below the one-byte key `hi`. */
export function preparedRow(packageName: string, more: Partial<PreparedRow> = {}): PreparedRow {
  return {
    namespace: debian12,
    package: { name: packageName, kind: 'source', module: '', arch: '', archOperation: '' },
    range: { fixed: '1.2-3' },
    keys: { lo: new Uint8Array(), hi: Uint8Array.of(0x40), exact: true },
    status: 'affected',
    fixState: 'fixed',
    severity: 'low',
    normalizedSeverity: 'Low',
    pointer: `/${packageName}/releases/bookworm`,
    ...more,
  };
}

/** An advisory whose hashes are over all that it says, and where. */
export function preparedAdvisory(name: string, rows: readonly PreparedRow[], more: Partial<PreparedAdvisory> = {}): PreparedAdvisory {
  const advisory = {
    part: rows[0]?.package.name ?? '',
    name,
    aliases: [],
    description: `what ${name} is about`,
    links: [`https://example.test/${name}`],
    issued: '2023-02-08T00:00:00Z',
    url: 'https://example.test/feed.json',
    rows,
    ...more,
  };
  const { url, ...said } = advisory;
  const rowsSaid = rows.map((row) => ({ ...row, pointer: '' }));
  const bytes = (value: unknown, length: number): Uint8Array =>
    Uint8Array.from(
      Buffer.from(
        new Sha256()
          .update(JSON.stringify(value))
          .hex()
          .slice(0, 2 * length),
        'hex',
      ),
    );
  return { hash: bytes({ ...said, rows: rowsSaid }, 16), placeHash: bytes([url, rows.map((row) => row.pointer)], 8), ...advisory };
}

/** One whole update of an updater, under its lock. */
export async function runUpdate(
  store: MatcherStore,
  updater: string,
  advisories: readonly PreparedAdvisory[],
  more: { readonly at?: string; readonly body?: string } = {},
): Promise<UpdateOutcome> {
  await using lease = await store.locker.lock(`updater:${updater}`);
  await using session = await store.beginUpdate(updater, lease);
  for (let at = 0; at < advisories.length; at += 100) await session.stage(advisories.slice(at, at + 100));
  const { at = '2024-01-01T00:00:00Z', body = JSON.stringify(advisories.map(({ hash }) => [...hash])) } = more;
  return session.commit({ fingerprint: `"${body.length}"`, updaterVersion: 1, bodyDigest: new Sha256().update(body).digest(), at });
}

/** What a delta tells. */
export interface TestDelta {
  readonly staged?: readonly PreparedAdvisory[];
  readonly parts?: readonly string[];
  readonly names?: readonly string[];
  /** All parts that there are. */
  readonly present?: readonly string[];
}

/** One delta of an updater on top of what is stored (or `base`), under its lock. @throws Error where the store takes none */
export async function runDelta(
  store: MatcherStore,
  updater: string,
  { staged = [], parts = [], names = [], present }: TestDelta,
  more: { readonly at?: string; readonly base?: string; readonly fingerprint?: string; readonly body?: string } = {},
): Promise<UpdateOutcome> {
  const stored = (await store.status()).find((status) => status.updater === updater);
  const { at = '2024-02-01T00:00:00Z', base = stored?.fingerprint ?? '', fingerprint = `${base}+`, body = `${base} delta` } = more;
  await using lease = await store.locker.lock(`updater:${updater}`);
  const session = await store.beginDelta?.(updater, lease, base);
  if (!session) throw new Error('the store takes no deltas');
  await using _ = session;
  await session.mention([
    ...parts.map((part) => ({ kind: 'replaced' as const, of: { part } })),
    ...names.map((name) => ({ kind: 'replaced' as const, of: { name } })),
  ]);
  if (present) {
    // Told in several, as a long list is.
    await session.mention([{ kind: 'present', parts: present.slice(0, 2) }]);
    await session.mention([{ kind: 'present', parts: present.slice(2) }]);
  }
  for (let index = 0; index < staged.length; index += 100) await session.stage(staged.slice(index, index + 100));
  return await session.commit({ fingerprint, updaterVersion: 1, bodyDigest: new Sha256().update(body).digest(), at });
}

/** Proof that was good once: the lock was released since. */
export async function releasedLease(store: { readonly locker: { lock(key: string): Promise<Lease> } }, key: string): Promise<Lease> {
  const lease = await store.locker.lock(key);
  await lease.release();
  return lease;
}
