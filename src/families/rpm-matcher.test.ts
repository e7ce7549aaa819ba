import { describe, expect, it } from 'vitest';
import type { AffectedRow } from '../contracts/index.ts';
import type {
  DistributionFacts,
  DistributionId,
  IndexRecord,
  LayerDigest,
  PackageFacts,
  PackageId,
  PackageKind,
  RawRange,
} from '../core/index.ts';
import { isPackageInRange, isSourceInRange, withoutEpochOfSource } from './rpm-matcher-sources.ts';
import { createRpmMatcher } from './rpm-matcher.ts';

const distribution: DistributionFacts = {
  did: 'example',
  name: 'Example',
  version: '9',
  versionCodeName: '',
  versionId: '9',
  arch: '',
  cpe: '',
  prettyName: 'Example 9',
};

function record(facts: Partial<PackageFacts> = {}, of: Partial<DistributionFacts> | undefined = {}): IndexRecord {
  return {
    package: {
      id: '1' as PackageId,
      name: 'openssl-libs',
      version: '1:3.0.7-27.el9',
      kind: 'binary',
      arch: 'x86_64',
      module: '',
      source: { name: 'openssl', version: '1:3.0.7-27.el9', module: '' },
      cpe: '',
      detector: 'urn:claircore:detector:rpm:1:package',
      ...facts,
    },
    environment: { packageDb: 'var/lib/rpm/rpmdb.sqlite', introducedIn: `sha256:${'0'.repeat(64)}` as LayerDigest, repositoryIds: [] },
    distribution: { ...distribution, ...of, id: '1' as DistributionId },
  };
}

const { distribution: _, ...nowhere } = record();

const matcher = createRpmMatcher({
  id: 'example-matcher',
  isOurs: ({ did }) => did === 'example',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [`example:${versionId}`]),
  namesModules: true,
});

describe('a matcher of rpm packages', () => {
  it.each<[string, IndexRecord, boolean]>([
    ['what rpm lists', record(), true],
    ['what a report without detectors lists', record({ detector: '' }), true],
    ['what a language installed', record({ detector: 'urn:claircore:detector:python:1:package' }), false],
    ['a package of another distribution', record({}, { did: 'elsewhere' }), false],
    ['a package of no distribution', nowhere, false],
  ])('takes or leaves %s', (_name, asked, wanted) => {
    expect(matcher.filter(asked)).toBe(wanted);
  });

  it('looks binary packages up by name, release and module', () => {
    expect(matcher.query()).toEqual(['package-name', 'distribution-did', 'distribution-version-id', 'package-module']);
    expect(matcher).toMatchObject({ scheme: 'rpm', versionFilter: true });
  });

  it('asks for no module where the feed names none, and by other facts where told', () => {
    const options = { id: 'other', isOurs: () => true, namespacesOf: () => [], namesModules: false } as const;
    expect(createRpmMatcher(options).query()).toEqual(['package-name', 'distribution-did', 'distribution-version-id']);
    expect(createRpmMatcher({ ...options, namespacesBy: ['repository-cpe'] }).query()).toEqual(['package-name', 'repository-cpe']);
  });

  it('names the namespaces that coverage is held to', () => {
    expect(matcher.namespaces(record())).toEqual(['example:9']);
    expect(matcher.namespaces(record({}, { versionId: '' }))).toEqual([]);
    expect(matcher.namespaces(nowhere)).toEqual([]);
  });
});

describe('ranges of packages and of their sources', () => {
  const source = (version: string): Partial<PackageFacts> => ({ version: '9:9-9', source: { name: 'a', version, module: '' } });

  it.each<[string, RawRange, boolean | 'unknown']>([
    ['1.0-1', { fixed: '1.0-2' }, true],
    ['1.0-2', { fixed: '1.0-2' }, false],
    ['1:1.0-1', { fixed: '0:1.0-2' }, true],
    ['1.0-3', { fixed: '2:1.0-2' }, false],
    ['1.0-1', { lastAffected: '0:1.0-1' }, true],
    ['1:1.0-1', { introduced: '1.1', fixed: '2.0' }, false],
    ['1 0-1', {}, true],
    ['1 0-1', { fixed: '2-1' }, 'unknown'],
    ['1.0-1', { fixed: 'no version' }, 'unknown'],
    ['', { fixed: '1.0-2' }, 'unknown'],
  ])('source %j in %j: %s, whatever the epochs', (version, range, wanted) => {
    expect(isSourceInRange(record(source(version)), range)).toBe(wanted);
  });

  it('the package itself has its own epoch', () => {
    expect(isPackageInRange(record(source('1-1')), { fixed: '8:9-9' })).toBe(false);
    expect(isPackageInRange(record(source('1-1')), { fixed: '9:9-10' })).toBe(true);
  });

  it('what was compared of a source is written without its epoch, of a package as it stands', () => {
    const row = (kind: PackageKind): AffectedRow =>
      ({ package: { name: 'a', kind, module: '', arch: '', archOperation: '' } }) as AffectedRow;
    expect(withoutEpochOfSource('1:1.0-1', row('source'))).toBe('1.0-1');
    expect(withoutEpochOfSource('1.0-1', row('source'))).toBe('1.0-1');
    expect(withoutEpochOfSource('1:1.0-1', row('binary'))).toBe('1:1.0-1');
  });
});
