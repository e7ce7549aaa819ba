// claircore: an updater of your own beside those that come with the package. It asks a server, and is told when nothing changed.
// Run in a checkout: npx node examples/library/own-updater.ts [ARCHIVE]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeedError, openImage, openLibindex, openLibvuln } from 'claircore';
import type { Advisory, Fetched, Updater } from 'claircore';
import { FakeFeedClient } from 'claircore/testing';

const url = 'https://security.acme.example/debian-12.txt';

/** Where the advisories apply. The matcher of Debian asks every namespace whose facts are those of the image's distribution. */
const namespace = { key: 'acme:debian-12', scheme: 'deb', distribution: { did: 'debian', versionId: '12' } };

/** A line `ID SOURCE-PACKAGE FIRST-GOOD-VERSION`; `-` where there is none yet. */
function parseLine(line: string): Advisory {
  const [name, source, fixed, ...rest] = line.split(' ');
  if (!name || !source || !fixed || rest.length > 0) throw new FeedError('FEED_MALFORMED', { url, line: line.slice(0, 80) });
  const about = { name: source, kind: 'source', module: '', arch: '', archOperation: '' } as const;
  const fix = fixed === '-' ? ({ range: {}, fixState: 'not-fixed' } as const) : ({ range: { fixed }, fixState: 'fixed' } as const);
  const rule = { part: '', name, description: `${source} is too old`, severity: 'policy', normalizedSeverity: 'High' } as const;
  const row = { namespace, package: about, ...fix, status: 'affected', pointer: `/${name}` } as const;
  return { ...rule, aliases: [], links: [], issued: '', url, rows: [row] };
}

const updater: Updater = {
  name: 'acme-updater',
  // Grows when `parse` gives other rows for the same bytes.
  version: 1,
  serves: (key) => key === namespace.key,
  async fetch(fingerprint, { client, signal }): Promise<Fetched> {
    const response = await client.get(url, { signal, ...(fingerprint !== undefined && { validators: { etag: fingerprint } }) });
    if (response.kind === 'not-modified') return { kind: 'unchanged' };
    if (response.kind === 'not-found') throw new FeedError('FEED_NOT_FOUND', { url });
    return { kind: 'changed', body: response.body, fingerprint: response.validators.etag ?? '' };
  },
  // Small enough to read at once; a large feed is parsed as it comes.
  async *parse(body) {
    const text = (await Array.fromAsync(body, (bytes) => new TextDecoder().decode(bytes))).join('');
    yield* text.trimEnd().split('\n').map(parseLine);
  },
};

// Stands for the server; `createFeedClient()` asks the real one.
const feeds = new FakeFeedClient().set(url, 'ACME-7 curl 7.88.1-10+deb12u7\nACME-8 zlib -\n');
const data = { dataStore: 'sqlite', path: join(tmpdir(), 'claircore-own-updater.db') } as const;
await using libindex = await openLibindex(data);
// `updaterSets: []`: in place of the feeds that come with the package; without it, beside them. All are loaded when it resolves.
await using libvuln = await openLibvuln({ ...data, updaterSets: [], updaters: [updater], feeds });
for (const { updater: name, kind } of await libvuln.update()) console.log(`${name}: ${kind}`);

await using image = await openImage(process.argv[2] ?? join(import.meta.dirname, '..', 'shop.tar'));
const report = await libvuln.scan(await libindex.index(image.manifest));
for (const { name, packageId, evidence } of report.verdicts.filter(({ status }) => status === 'affected'))
  console.log(`${name} in ${report.index.packages.get(packageId)?.name}: ${evidence.comparison ?? `${evidence.installed}, not fixed`}`);
