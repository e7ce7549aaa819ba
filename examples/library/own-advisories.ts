// claircore/libvuln: an updater and a matcher of your own, and an index report to scan.
// Run in a checkout: npx node examples/library/own-advisories.ts [ARCHIVE]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineMatcher, defineUpdaterSet, openImage, openLibindex, openMatcherStore } from 'claircore';
import type { Advisory, AdvisoryRow, Fetched, Updater } from 'claircore';
import { Libvuln } from 'claircore/libvuln';
import { versionSchemes } from 'claircore/versions';

/** Your own rules for Debian 12: id, source package, first version that is fine. A real updater asks `options.client` for them. */
const rules = 'ACME-1 curl 7.88.1-10+deb12u7\nACME-2 tar 1.30\n';

/** Where the rules apply, how versions are ordered there, and the facts that a matcher's constraints are compared with. */
const namespace = { key: 'acme:debian-12', scheme: 'deb', distribution: { did: 'debian', versionId: '12' } };
const isOurs = (key: string): boolean => key === namespace.key;

function toAdvisory(line: string): Advisory {
  const [name = '', source = '', fixed = ''] = line.split(' ');
  const rule = { part: '', name, description: `${source} is too old`, severity: 'must', normalizedSeverity: 'High' } as const;
  const about = { name: source, kind: 'source', module: '', arch: '', archOperation: '' } as const;
  const row: AdvisoryRow = { namespace, package: about, range: { fixed }, status: 'affected', fixState: 'fixed', pointer: `/${name}` };
  return { ...rule, aliases: [], links: [], issued: '', url: 'https://acme.example/rules', rows: [row] };
}

const updater: Updater = {
  name: 'acme-updater',
  version: 1,
  serves: isOurs,
  async fetch(fingerprint): Promise<Fetched> {
    // What you give as fingerprint comes back at the next update, when this text is all that is compared.
    return fingerprint === rules ? { kind: 'unchanged' } : { kind: 'changed', body: new Blob([rules]).stream(), fingerprint: rules };
  },
  async *parse(body) {
    const text = (await Array.fromAsync(body, (bytes) => new TextDecoder().decode(bytes))).join('');
    yield* text.trim().split('\n').map(toAdvisory);
  },
};
const expected = (key: string): string[] => (isOurs(key) ? [updater.name] : []);
const updaterSet = defineUpdaterSet({ id: 'acme', serves: isOurs, expected, discover: () => Promise.resolve([updater]) });

const matcher = defineMatcher({
  id: 'acme-matcher',
  scheme: 'deb',
  filter: ({ package: found, distribution }) => distribution?.did === 'debian' && found.source !== undefined,
  query: () => ['package-source-name', 'distribution-did', 'distribution-version-id'],
  namespaces: () => [namespace.key],
  // The store's range look-up decides; without it every row goes through a `vulnerable` of yours.
  versionFilter: true,
});

const data = { dataStore: 'sqlite', path: join(tmpdir(), 'claircore-acme.db') } as const;
await using libindex = await openLibindex(data);
await using image = await openImage(process.argv[2] ?? join(import.meta.dirname, '..', 'shop.tar'));
const store = await openMatcherStore(data);
await using libvuln = await Libvuln.open({ store, updaterSets: [updaterSet], matchers: [matcher], versionSchemes, initialUpdate: 'wait' });

const report = await libvuln.scan(await libindex.index(image.manifest));
for (const { name, evidence } of report.verdicts.filter(({ status }) => status === 'affected')) console.log(name, evidence.comparison);
