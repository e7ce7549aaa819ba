import {
  errorCodes,
  indexStates,
  isDigest,
  type Distribution,
  type DistributionId,
  type Environment,
  type ErrorCode,
  type IndexReport,
  type IndexState,
  type LayerDigest,
  type ManifestDigest,
  type Package,
  type PackageId,
  type Repository,
  type RepositoryId,
  type SourcePackage,
} from '../../core/index.ts';
import { decodeDiagnostic, JsonCursor } from '../../reports/index.ts';
import { unknownLayer } from './encode-inventory.ts';

const packageKinds = ['binary', 'source'] as const;
const digestForm = 'a digest (sha256:<64 hex> or sha512:<128 hex>)';

/**
 * Reads an index report of claircore v0.0.7, with or without what `encodeSeedIndexReport` adds. Ids stay the numbers that came, so that
 * the answer speaks of the same ones. Without `environments` a package is in the one place that v0.0.7 knows. Unknown members are
 * passed over.
 * @throws InputError `INDEX_REPORT_INVALID`; `data.path` is an RFC 6901 pointer to what is wrong
 */
export function decodeSeedIndexReport(value: unknown): IndexReport {
  const root = new JsonCursor(value);
  const packages = decodeMap(root.member('packages'), decodePackage);
  const distributions = decodeMap(root.member('distributions'), decodeDistribution);
  const repositories = decodeMap(root.member('repository'), decodeRepository);
  const errCode = root.member('err_code');
  const distribution = root.member('distribution_id');
  const success = !root.member('success').isAbsent && root.member('success').boolean();
  return {
    manifestHash: root.member('manifest_hash').where(isManifestDigest, digestForm),
    state: decodeState(root.member('state'), success),
    success,
    err: root.member('err').textOrEmpty(),
    ...(!errCode.isAbsent && { errCode: errCode.where(isErrorCode, 'a known error code') }),
    packages,
    distributions,
    repositories,
    environments: decodePlaces(root, { packages, distributions, repositories }),
    diagnostics: Array.from(root.member('diagnostics').items(), decodeDiagnostic),
    ...(!distribution.isAbsent && { distributionId: known(distribution, distributions) }),
  };
}

/** A report made by hand may leave it out. */
function decodeState(cursor: JsonCursor, success: boolean): IndexState {
  if (cursor.textOrEmpty() === '' && success) return 'IndexFinished';
  return cursor.oneOf(indexStates);
}

/** A map whose keys are the numbers of its values. */
function decodeMap<T extends { readonly id: string }>(cursor: JsonCursor, decode: (value: JsonCursor, id: string) => T): Map<T['id'], T> {
  const map = new Map<T['id'], T>();
  for (const [key, entry] of cursor.entries()) {
    const id = entry.member('id');
    if (String(id.integer()) !== key) id.fail('the key that it stands under');
    const value = decode(entry, key);
    map.set(value.id, value);
  }
  return map;
}

function decodePackage(cursor: JsonCursor, id: string): Package {
  const kind = cursor.member('kind');
  const source = decodeSource(cursor.member('source'));
  return {
    id: id as PackageId,
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

/** A source without a name is how v0.0.7 says that there is none. */
function decodeSource(cursor: JsonCursor): SourcePackage | undefined {
  if (cursor.isAbsent) return undefined;
  const name = cursor.member('name').textOrEmpty();
  if (name === '') return undefined;
  return { name, version: cursor.member('version').textOrEmpty(), module: cursor.member('module').textOrEmpty() };
}

function decodeDistribution(cursor: JsonCursor, id: string): Distribution {
  return {
    id: id as DistributionId,
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

function decodeRepository(cursor: JsonCursor, id: string): Repository {
  return {
    id: id as RepositoryId,
    name: cursor.member('name').textOrEmpty(),
    key: cursor.member('key').textOrEmpty(),
    uri: cursor.member('uri').textOrEmpty(),
    cpe: cursor.member('cpe').textOrEmpty(),
  };
}

type Known = Pick<IndexReport, 'packages' | 'distributions' | 'repositories'>;

function decodePlaces(root: JsonCursor, of: Known): Map<PackageId, readonly Environment[]> {
  const told = root.member('environments');
  for (const [key, list] of told.entries()) {
    if (!of.packages.has(key as PackageId)) list.fail('the id of a package of this report as its key');
  }
  const places = new Map<PackageId, readonly Environment[]>();
  for (const id of of.packages.keys()) {
    const list = told.isAbsent ? told : told.member(id);
    const all = Array.from(list.items(), (item) => decodeEnvironment(item, of));
    places.set(id, all.length > 0 ? all : [decodePlace(root, id, of)]);
  }
  return places;
}

function decodeEnvironment(cursor: JsonCursor, of: Known): Environment {
  const owner = cursor.member('owned_by');
  return {
    packageDb: cursor.member('package_db').text(),
    introducedIn: decodeLayer(cursor.member('introduced_in')),
    ...optionalDistribution(cursor.member('distribution_id'), of),
    repositoryIds: Array.from(cursor.member('repository_ids').items(), (item) => known(item, of.repositories)),
    ...(!owner.isAbsent && { ownedBy: known(owner, of.packages) }),
  };
}

/** The one place that v0.0.7 knows of a package. */
function decodePlace(root: JsonCursor, id: PackageId, of: Known): Environment {
  const entry = (map: string): JsonCursor => (root.member(map).isAbsent ? root.member(map) : root.member(map).member(id));
  const repository = entry('repository_by_package');
  return {
    packageDb: root.member('packages').member(id).member('package_db').textOrEmpty(),
    introducedIn: decodeLayer(entry('package_introduced')),
    ...optionalDistribution(entry('distribution_by_package'), of),
    repositoryIds: isNone(repository, of.repositories) ? [] : [known(repository, of.repositories)],
  };
}

function decodeLayer(cursor: JsonCursor): LayerDigest {
  return cursor.textOrEmpty() === '' ? unknownLayer : cursor.where(isLayerDigest, digestForm);
}

function optionalDistribution(cursor: JsonCursor, of: Known): Pick<Environment, 'distributionId'> {
  return isNone(cursor, of.distributions) ? {} : { distributionId: known(cursor, of.distributions) };
}

/** v0.0.7 writes 0 for a package without a distribution; its serial numbers begin with 1. */
function isNone(cursor: JsonCursor, map: ReadonlyMap<string, unknown>): boolean {
  return cursor.isAbsent || (cursor.integer() === 0 && !map.has('0'));
}

function known<K extends string>(cursor: JsonCursor, map: ReadonlyMap<K, unknown>): K {
  const id = String(cursor.integer()) as K;
  return map.has(id) ? id : cursor.fail('an id of this report');
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
