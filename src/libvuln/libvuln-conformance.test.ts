import type { FeedClient, Namespace } from '../contracts/index.ts';
import { FakeFeedClient } from '../testing/fake-feed-client.ts';
import { fakeMatcher } from '../testing/fake-matcher.ts';
import { fakeSchemes } from '../testing/fake-matcher-scheme.ts';
import { fakeAdvisory, fakeFeed, fakeUpdaterSet, feedUrl } from '../testing/fake-updater.ts';
import { Gates } from '../testing/gates.ts';
import { libvulnSuite } from '../testing/libvuln-suite.ts';
import { MemoryMatcherStore } from '../testing/memory-matcher-store.ts';
import { Libvuln } from './index.ts';

const updaters = [
  { name: 'one', namespaces: ['distro:1'] },
  { name: 'two', namespaces: ['distro:2'] },
];

const namespaces: Readonly<Record<'one' | 'two', Namespace>> = {
  one: { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } },
  two: { key: 'distro:2', scheme: 'integer', distribution: { did: 'distro', versionId: '2' } },
};

libvulnSuite('Libvuln', async () => {
  const gates = new Gates();
  const client = new FakeFeedClient();
  const feeds: FeedClient = {
    async get(url, request) {
      await gates.pass(url, request?.signal);
      return await client.get(url, request);
    },
    exists: (url, request) => client.exists(url, request),
  };
  const libvuln = await Libvuln.open({
    store: new MemoryMatcherStore(),
    updaterSets: [fakeUpdaterSet('fakes', updaters)],
    matchers: [fakeMatcher('distro')],
    versionSchemes: fakeSchemes,
    feeds,
  });
  return {
    libvuln,
    publish(name, advisories) {
      const url = feedUrl({ name });
      client.failures.delete(url);
      const namespace = namespaces[name];
      client.set(url, fakeFeed(Object.entries(advisories).map(([cve, of]) => fakeAdvisory(cve, [{ namespace, package: of }]))));
    },
    fail: (name) => void client.fail(feedUrl({ name })),
    hold: (name) => gates.close(feedUrl({ name })),
    [Symbol.asyncDispose]: () => libvuln[Symbol.asyncDispose](),
  };
});
