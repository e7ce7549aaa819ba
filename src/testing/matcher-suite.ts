import { describe, expect, it } from 'vitest';
import { constraints, type AffectedRow, type Matcher, type VersionScheme } from '../contracts/index.ts';
import type { DistributionId, IndexRecord, LayerDigest, RepositoryId } from '../core/index.ts';
import { fakePackage } from './fake-matcher-report.ts';

const versions = ['1', '1.2.3-4', '1.2.3-4+esm1', 'no version', '', '__proto__', '9'.repeat(2000), 'é\0'];
/** `did:version id`; add the one that your matcher is about where it is not there. */
const distributions = (
  'alpine:3.11 debian:12 ubuntu:22.04 rhel:9.2 centos:7 fedora:40 amzn:2 ol:8 sles:15.5 opensuse-leap:15.5 photon:5.0 azurelinux:3.0 ' +
  'mariner:2.0 almalinux:9.4 rocky:9.4 wolfi:20230201 chainguard:20230214 distro:1 debian: : __proto__:constructor'
).split(' ');
/** Of languages, also of those to come: add yours where it is not there. */
const repositories = [undefined, ...'npm pypi maven go gem crates.io composer nuget pub bitnami hex swift conan __proto__'.split(' '), ''];
const detectors = ['', ...['dpkg', 'apk', 'rpm', 'npm'].map((scanner) => `urn:claircore:detector:${scanner}:1:package`), '::::'];
const layer = `sha256:${'1'.repeat(64)}` as LayerDigest;

/** What every {@link Matcher} keeps to, whatever it is about. */
export function matcherSuite(name: string, matcher: Matcher, schemes: ReadonlyMap<string, VersionScheme>): void {
  describe(`${name} as a matcher`, () => {
    const all = records();
    const mine = all.filter((record) => matcher.filter(record));

    it('has an id, a scheme that is there, and is data', () => {
      expect(matcher.id).toMatch(/^[a-z0-9][a-z0-9.-]{0,63}$/);
      expect([...schemes.keys()]).toContain(matcher.scheme);
      expect(Object.isFrozen(matcher)).toBe(true);
    });

    it('constrains by what there is to constrain by, each once', () => {
      const query = matcher.query();
      expect(query.filter((constraint) => !constraints.includes(constraint))).toEqual([]);
      expect(new Set(query).size).toBe(query.length);
      // Without the one or the other it would ask about everything in a namespace, or everywhere.
      expect(query.some((constraint) => constraint === 'package-name' || constraint === 'package-source-name')).toBe(true);
      expect(query.some((constraint) => constraint.startsWith('distribution-') || constraint.startsWith('repository-'))).toBe(true);
      expect(matcher.query()).toEqual(query);
    });

    it('takes some records and leaves others, the same ones each time', () => {
      expect(all.filter((record) => matcher.filter(record))).toEqual(mine);
      expect(mine.length).toBeGreaterThan(0);
      expect(mine.length).toBeLessThan(all.length);
    });

    it('takes nothing of which neither distribution nor repository is known', () => {
      expect(mine.filter(({ distribution, repository }) => !distribution && !repository)).toEqual([]);
    });

    it('names the namespaces that answer, each once, the same each time', () => {
      const odd = all.filter((record) => {
        const namespaces = matcher.namespaces(record);
        const isTwice = new Set(namespaces).size !== namespaces.length;
        const isNameless = namespaces.some((namespace) => namespace === '' || namespace.length > 8192);
        return isTwice || isNameless || matcher.namespaces(record).join('\0') !== namespaces.join('\0');
      });
      expect(odd).toEqual([]);
      expect(mine.some((record) => matcher.namespaces(record).length > 0)).toBe(true);
    });

    it('can decide, by range look-up or itself', () => {
      if (matcher.versionFilter) return;
      expect('vulnerable' in matcher).toBe(true);
      const answers = new Set(mine.flatMap((record) => rows().map((row) => matcher.vulnerable?.(record, row))));
      expect([...answers].filter((answer) => ![true, false, 'unknown'].includes(answer ?? ''))).toEqual([]);
    });
  });
}

let known: readonly IndexRecord[] | undefined;

/** Made once: some ten thousand. */
function records(): readonly IndexRecord[] {
  known ??= combinations();
  return known;
}

function combinations(): readonly IndexRecord[] {
  const distributionsAndNone = [undefined, ...distributions];
  return distributionsAndNone.flatMap((distribution) =>
    repositories.flatMap((repository) =>
      detectors.flatMap((detector) => versions.map((version, index) => recordOf({ distribution, repository, detector, version, index }))),
    ),
  );
}

function recordOf(of: {
  readonly distribution: string | undefined;
  readonly repository: string | undefined;
  readonly detector: string;
  readonly version: string;
  readonly index: number;
}): IndexRecord {
  const [did = '', versionId = ''] = of.distribution?.split(':') ?? [];
  // One in two has a source package of its own name, as package databases tell it.
  const source = of.index % 2 === 0 ? { source: { name: 'a', version: of.version, module: '' } } : {};
  const facts = { did, versionId, name: did, version: versionId, versionCodeName: '', arch: '', cpe: '', prettyName: '' };
  return {
    package: { ...fakePackage({ name: 'a', version: of.version, detector: of.detector }), ...source },
    environment: { packageDb: 'db', introducedIn: layer, repositoryIds: [] },
    ...(of.distribution !== undefined && { distribution: { id: 'd' as DistributionId, ...facts } }),
    ...(of.repository !== undefined && { repository: { id: 'r' as RepositoryId, name: of.repository, key: '', uri: '', cpe: '' } }),
  };
}

function rows(): readonly AffectedRow[] {
  return versions.map((version, index) => ({
    query: 0,
    advisory: index,
    updater: 'u',
    operation: '0'.repeat(32),
    part: '',
    name: `CVE-${index}`,
    aliases: [],
    issued: '',
    record: { url: 'https://feeds.example/', pointer: '/0' },
    namespace: 'n',
    package: { name: 'a', kind: 'source', module: '', arch: '', archOperation: '' },
    range: index % 2 === 0 ? { fixed: version } : { introduced: version, lastAffected: version },
    exact: true,
    status: 'affected',
    fixState: 'unknown',
    severity: '',
    normalizedSeverity: 'Unknown',
  }));
}
