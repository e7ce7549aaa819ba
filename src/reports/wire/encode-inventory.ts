import {
  compareText,
  type Diagnostic,
  type Distribution,
  type Environment,
  type Package,
  type Repository,
  type SourcePackage,
} from '../../core/index.ts';
import { packageId } from '../../runtime/index.ts';
import { sortedBy } from './sorted.ts';
import type { WireDiagnostic, WireDistribution, WireEnvironment, WirePackage, WireRepository, WireSourcePackage } from './wire-types.ts';

/** Our versions are ordered by keys of their own schemes; Clair's ten-number form is left empty, as Clair does for deb and apk. */
const noNormalizedVersion = '';

const noSource: WireSourcePackage = Object.freeze({
  id: '',
  name: '',
  version: '',
  kind: 'source',
  normalized_version: noNormalizedVersion,
  module: '',
  arch: '',
  cpe: '',
});

export function encodePackage(facts: Package): WirePackage {
  return {
    id: facts.id,
    name: facts.name,
    version: facts.version,
    kind: facts.kind,
    source: facts.source === undefined ? noSource : encodeSource(facts.source),
    normalized_version: noNormalizedVersion,
    module: facts.module,
    arch: facts.arch,
    cpe: facts.cpe,
    detector: facts.detector,
  };
}

function encodeSource(source: SourcePackage): WireSourcePackage {
  const { name, version, module } = source;
  const id = packageId({ name, version, module, kind: 'source', arch: '', cpe: '', detector: '' });
  return { id, name, version, kind: 'source', normalized_version: noNormalizedVersion, module, arch: '', cpe: '' };
}

export function encodeDistribution(distribution: Distribution): WireDistribution {
  return {
    id: distribution.id,
    did: distribution.did,
    name: distribution.name,
    version: distribution.version,
    version_code_name: distribution.versionCodeName,
    version_id: distribution.versionId,
    arch: distribution.arch,
    cpe: distribution.cpe,
    pretty_name: distribution.prettyName,
  };
}

export function encodeRepository(repository: Repository): WireRepository {
  return { id: repository.id, name: repository.name, key: repository.key, uri: repository.uri, cpe: repository.cpe };
}

/** Sorted by database, layer, owner: what is listed first does not depend on the order of work. */
export function encodeEnvironments(environments: readonly Environment[]): WireEnvironment[] {
  return sortedBy(environments, (environment) => [environment.packageDb, environment.introducedIn, environment.ownedBy ?? '']).map(
    (environment) => ({
      package_db: environment.packageDb,
      introduced_in: environment.introducedIn,
      distribution_id: environment.distributionId ?? '',
      repository_ids: [...environment.repositoryIds].sort(compareText),
      ...(environment.ownedBy !== undefined && { owned_by: environment.ownedBy }),
      ...(environment.archive !== undefined && { archive: environment.archive }),
      ...(environment.installation !== undefined && { installation: environment.installation }),
      ...(environment.declared === true && { declared: true }),
    }),
  );
}

/**
 * First what is about no layer; then sorted by path, code, data, and what is equal in those base layer first, as in the report.
 * Not by the digests of layers: one and the same image has others in every form.
 */
export function encodeDiagnostics(diagnostics: readonly Diagnostic[]): WireDiagnostic[] {
  const encoded = diagnostics.map((diagnostic) => ({
    code: diagnostic.code,
    level: diagnostic.level,
    ...(diagnostic.layer !== undefined && { layer: diagnostic.layer }),
    ...(diagnostic.path !== undefined && { path: diagnostic.path }),
    data: Object.fromEntries(Object.entries(diagnostic.data).sort(([a], [b]) => compareText(a, b))),
  }));
  return sortedBy(encoded, (diagnostic) => [
    diagnostic.layer === undefined ? '' : 'layer',
    diagnostic.path ?? '',
    diagnostic.code,
    JSON.stringify(diagnostic.data),
  ]);
}
