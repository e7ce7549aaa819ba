import {
  diagnosticCodes,
  errorCodes,
  indexStates,
  InputError,
  isDigest,
  type Diagnostic,
  type DiagnosticCode,
  type Distribution,
  type DistributionId,
  type Environment,
  type ErrorCode,
  type IndexReport,
  type Installation,
  type LayerDigest,
  type ManifestDigest,
  type Package,
  type PackageId,
  type PackageKind,
  type Repository,
  type RepositoryId,
  type ShowingArchive,
  type SourcePackage,
} from '../../core/index.ts';
import { JsonCursor } from './json-cursor.ts';

const packageKinds: readonly PackageKind[] = ['binary', 'source'];
const diagnosticLevels: readonly Diagnostic['level'][] = ['info', 'warning', 'error'];
const digestForm = 'a digest (sha256:<64 hex>)';

/**
 * Reads what `encodeIndexReport` writes, and Clair v4's own. Members that it does not know are passed over.
 * @throws InputError `INDEX_REPORT_INVALID`; `data.path` is an RFC 6901 pointer to what is wrong
 */
export function decodeIndexReport(text: string): IndexReport {
  const root = new JsonCursor(parseJson(text));
  const packages = decodeMap(root.member('packages'), decodePackage);
  const distributions = decodeMap(root.member('distributions'), decodeDistribution);
  const repositories = decodeMap(root.member('repository'), decodeRepository);
  const environments = decodeEnvironments(root.member('environments'), { packages, distributions, repositories });
  const errCode = root.member('err_code');
  const distribution = root.member('distribution_id');
  return {
    manifestHash: root.member('manifest_hash').where(isManifestDigest, digestForm),
    state: root.member('state').oneOf(indexStates),
    success: root.member('success').boolean(),
    err: root.member('err').textOrEmpty(),
    ...(!errCode.isAbsent && { errCode: errCode.where(isErrorCode, 'a known error code') }),
    packages,
    distributions,
    repositories,
    environments,
    diagnostics: Array.from(root.member('diagnostics').items(), decodeDiagnostic),
    ...(!distribution.isAbsent && { distributionId: known(distribution, distributions) }),
  };
}

/** A map whose keys are the ids of its values. */
function decodeMap<T extends { readonly id: string }>(cursor: JsonCursor, decode: (value: JsonCursor) => T): Map<T['id'], T> {
  const map = new Map<T['id'], T>();
  for (const [key, entry] of cursor.entries()) {
    const value = decode(entry);
    if (value.id !== key) entry.member('id').fail('the key that it stands under');
    map.set(value.id, value);
  }
  return map;
}

function decodePackage(cursor: JsonCursor): Package {
  const source = decodeSource(cursor.member('source'));
  const kind = cursor.member('kind');
  return {
    id: cursor.member('id').text() as PackageId,
    name: cursor.member('name').text(),
    version: cursor.member('version').text(),
    kind: kind.textOrEmpty() === '' ? 'binary' : kind.oneOf(packageKinds),
    arch: cursor.member('arch').textOrEmpty(),
    module: cursor.member('module').textOrEmpty(),
    ...(source !== undefined && { source }),
    cpe: cursor.member('cpe').textOrEmpty(),
    detector: cursor.member('detector').textOrEmpty(),
  };
}

/** A source without a name is how Clair says that there is none. */
function decodeSource(cursor: JsonCursor): SourcePackage | undefined {
  if (cursor.isAbsent) return undefined;
  const name = cursor.member('name').textOrEmpty();
  if (name === '') return undefined;
  return { name, version: cursor.member('version').textOrEmpty(), module: cursor.member('module').textOrEmpty() };
}

function decodeDistribution(cursor: JsonCursor): Distribution {
  return {
    id: cursor.member('id').text() as DistributionId,
    did: cursor.member('did').textOrEmpty(),
    name: cursor.member('name').textOrEmpty(),
    version: cursor.member('version').textOrEmpty(),
    versionCodeName: cursor.member('version_code_name').textOrEmpty(),
    versionId: cursor.member('version_id').textOrEmpty(),
    arch: cursor.member('arch').textOrEmpty(),
    cpe: cursor.member('cpe').textOrEmpty(),
    prettyName: cursor.member('pretty_name').textOrEmpty(),
  };
}

function decodeRepository(cursor: JsonCursor): Repository {
  return {
    id: cursor.member('id').text() as RepositoryId,
    name: cursor.member('name').textOrEmpty(),
    key: cursor.member('key').textOrEmpty(),
    uri: cursor.member('uri').textOrEmpty(),
    cpe: cursor.member('cpe').textOrEmpty(),
  };
}

type Known = Pick<IndexReport, 'packages' | 'distributions' | 'repositories'>;

/** Every package must be somewhere: one without an environment would be matched against nothing. */
function decodeEnvironments(cursor: JsonCursor, of: Known): Map<PackageId, readonly Environment[]> {
  const environments = new Map<PackageId, readonly Environment[]>();
  for (const [key, list] of cursor.entries()) {
    if (!of.packages.has(key as PackageId)) list.fail('the id of a package of this report as its key');
    environments.set(
      key as PackageId,
      Array.from(list.items(), (item) => decodeEnvironment(item, of)),
    );
  }
  for (const id of of.packages.keys()) {
    if ((environments.get(id) ?? []).length === 0) cursor.member(id).fail('at least one environment');
  }
  return environments;
}

function decodeEnvironment(cursor: JsonCursor, of: Known): Environment {
  const distribution = cursor.member('distribution_id');
  const owner = cursor.member('owned_by');
  const archive = cursor.member('archive');
  const installation = cursor.member('installation');
  const declared = cursor.member('declared');
  return {
    packageDb: cursor.member('package_db').text(),
    introducedIn: cursor.member('introduced_in').where(isLayerDigest, digestForm),
    ...(distribution.textOrEmpty() !== '' && { distributionId: known(distribution, of.distributions) }),
    repositoryIds: Array.from(cursor.member('repository_ids').items(), (item) => known(item, of.repositories)),
    ...(!owner.isAbsent && { ownedBy: known(owner, of.packages) }),
    ...(!archive.isAbsent && { archive: decodeArchive(archive) }),
    ...(!installation.isAbsent && { installation: decodeInstallation(installation) }),
    ...(!declared.isAbsent && declared.boolean() && { declared: true }),
  };
}

function decodeArchive(cursor: JsonCursor): ShowingArchive {
  const inner = cursor.member('inner');
  return { sha1: cursor.member('sha1').where(isSha1, '40 hex digits'), ...(!inner.isAbsent && { inner: inner.text() }) };
}

function decodeInstallation(cursor: JsonCursor): Installation {
  const [installer, source] = [cursor.member('installer'), cursor.member('source')];
  return { ...(!installer.isAbsent && { installer: installer.text() }), ...(!source.isAbsent && { source: source.text() }) };
}

function isSha1(text: string): text is string {
  return /^[0-9a-f]{40}$/u.test(text);
}

function known<K extends string>(cursor: JsonCursor, map: ReadonlyMap<K, unknown>): K {
  return cursor.where((text): text is K => map.has(text as K), 'an id of this report');
}

export function decodeDiagnostic(cursor: JsonCursor): Diagnostic {
  const layer = cursor.member('layer');
  const path = cursor.member('path');
  return {
    code: cursor.member('code').where(isDiagnosticCode, 'a known diagnostic code'),
    level: cursor.member('level').oneOf(diagnosticLevels),
    ...(!layer.isAbsent && { layer: layer.where(isLayerDigest, digestForm) }),
    ...(!path.isAbsent && { path: path.text() }),
    data: Object.fromEntries(Array.from(cursor.member('data').entries(), ([key, value]) => [key, value.scalar()])),
  };
}

function isManifestDigest(text: string): text is ManifestDigest {
  return isDigest(text);
}

function isLayerDigest(text: string): text is LayerDigest {
  return isDigest(text);
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(diagnosticCodes, text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError('INDEX_REPORT_INVALID', { path: '', expected: 'JSON' }, { cause });
  }
}
