import { describe, expect, it } from 'vitest';
import type { IndexRecord, LayerDigest, PackageId, RepositoryId } from '../core/index.ts';
import { fakeMatcher } from '../testing/fake-matcher.ts';
import { isNamespaceMeant } from './is-namespace-meant.ts';
import { planMatcher } from './matcher-plan.ts';

const plan = planMatcher(fakeMatcher('any', { query: () => ['package-name', 'repository-key', 'repository-cpe'] }));

function recordOf(cpe: string, key = 'product'): IndexRecord {
  return {
    package: { id: 'p' as PackageId, name: 'a', version: '1', kind: 'binary', arch: '', module: '', cpe: '', detector: '' },
    environment: { packageDb: '', introducedIn: 'sha256:0' as LayerDigest, repositoryIds: [] },
    repository: { id: 'r' as RepositoryId, name: '', key, uri: '', cpe },
  };
}

describe('a constraint on CPEs of repositories', () => {
  it.each([
    ['cpe:/o:redhat:enterprise_linux:8', 'cpe:2.3:o:redhat:enterprise_linux:8:*:baseos:*:*:*:*:*', true],
    ['cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:*', 'cpe:/o:redhat:enterprise_linux:8', true],
    ['cpe:/o:redhat:enterprise_linux:8::baseos', 'cpe:/o:redhat:enterprise_linux:8', false],
    ['cpe:/a:redhat:openshift:4', 'cpe:/a:redhat:openshift:4.13::el8', true],
    ['cpe:/a:redhat:openshift:4.1', 'cpe:/a:redhat:openshift:4.13::el8', false],
    ['', 'cpe:/a:redhat:openshift:4.13::el8', false],
    ['cpe:/a:redhat:openshift:4', '', false],
    ['same text that is none', 'same text that is none', false],
  ])('%j holds %j: %s', (theirs, own, expected) => {
    expect(isNamespaceMeant({ repository: { key: 'product', cpe: theirs } }, plan, recordOf(own))).toBe(expected);
  });

  it('stands beside the others', () => {
    const namespace = { repository: { key: 'product', cpe: 'cpe:/a:b' } };
    expect(isNamespaceMeant(namespace, plan, recordOf('cpe:/a:b:c', 'another'))).toBe(false);
    expect(isNamespaceMeant({}, plan, recordOf('cpe:/a:b:c'))).toBe(false);
  });
});
