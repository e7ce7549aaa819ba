import type {
  DistributionFacts,
  DistributionId,
  PackageFacts,
  PackageId,
  RepositoryFacts,
  RepositoryId,
  VulnerabilityId,
} from '../core/index.ts';
import { sha256Hex } from './hash.ts';

/** The first 32 hex digits of SHA-256 over the parts, each closed by a NUL so that no two lists of parts run together. */
export function identityOf(kind: string, parts: readonly string[]): string {
  return sha256Hex(`${kind}\0${parts.join('\0')}${parts.length > 0 ? '\0' : ''}`).slice(0, 32);
}

/** Ids by the facts that they were computed of: an image's packages are identified several times on the way to a report. */
const known = new WeakMap<PackageFacts, PackageId>();

/** Identity of a package: what it is, never where it was found. Computed once for an object: facts do not change. */
export function packageId(facts: PackageFacts): PackageId {
  const before = known.get(facts);
  if (before !== undefined) return before;
  const id = identifyPackage(facts);
  known.set(facts, id);
  return id;
}

function identifyPackage(facts: PackageFacts): PackageId {
  const { source } = facts;
  return identityOf('package', [
    facts.name,
    facts.version,
    facts.kind,
    facts.arch,
    facts.module,
    facts.cpe,
    facts.detector,
    source?.name ?? '',
    source?.version ?? '',
    source?.module ?? '',
  ]) as PackageId;
}

export function distributionId(facts: DistributionFacts): DistributionId {
  return identityOf('distribution', [
    facts.did,
    facts.name,
    facts.version,
    facts.versionCodeName,
    facts.versionId,
    facts.arch,
    facts.cpe,
    facts.prettyName,
  ]) as DistributionId;
}

export function repositoryId(facts: RepositoryFacts): RepositoryId {
  return identityOf('repository', [facts.name, facts.key, facts.uri, facts.cpe]) as RepositoryId;
}

/** Identity of one affected row of an advisory. */
export interface VulnerabilityIdentity {
  readonly updater: string;
  readonly part: string;
  readonly name: string;
  readonly namespace: string;
  readonly packageName: string;
  readonly packageKind: string;
  readonly module: string;
  readonly arch: string;
  readonly introduced: string;
  readonly fixed: string;
  readonly lastAffected: string;
  /** Only where it is not the row's own. */
  readonly severity?: string;
}

export function vulnerabilityId(of: VulnerabilityIdentity): VulnerabilityId {
  return identityOf('vulnerability', [
    of.updater,
    of.part,
    of.name,
    of.namespace,
    of.packageName,
    of.packageKind,
    of.module,
    of.arch,
    of.introduced,
    of.fixed,
    of.lastAffected,
    ...(of.severity === undefined ? [] : [of.severity]),
  ]) as VulnerabilityId;
}

/** Evidence.operation: names the body that an updater last loaded. */
export function operationRef(updater: string, bodyDigest: string): string {
  return identityOf('operation', [updater, bodyDigest]);
}
