// claircore: a matcher of your own that decides by itself, and a version scheme of your own for it.
// Run in a checkout: npx node examples/library/own-matcher.ts [ARCHIVE]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineMatcher, defineVersionScheme, openImage, openLibindex, openLibvuln, versionSchemes } from 'claircore';
import type { Advisory, Updater } from 'claircore';
import { FakeFeedClient } from 'claircore/testing';

/** Versions of three numbers. Whatever cannot be read says why: its verdict is then `unknown`, never "not affected". */
const triple = defineVersionScheme<readonly number[]>({
  id: 'triple',
  keyVersion: 1,
  parse(text) {
    const value = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/.exec(text)?.slice(1).map(Number);
    return value ? { ok: true, value } : { ok: false, reason: 'not three numbers' };
  },
  compare: (a, b) => Math.sign(a.map((part, at) => part - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0) as -1 | 0 | 1,
  // Bytes in the order of the versions: this is what databases look for.
  key: (value) => Uint8Array.from(value.flatMap((part) => [part >> 12, (part >> 6) & 63, part & 63])),
});

const namespace = { key: 'acme:npm', scheme: 'triple', repository: { name: 'npm' } };

/** Of npm packages outside /opt: those there are not ours to judge. */
const matcher = defineMatcher({
  id: 'acme-npm',
  scheme: 'triple',
  filter: ({ repository, environment }) => repository?.name === 'npm' && !environment.packageDb.startsWith('opt/'),
  query: () => ['package-name', 'repository-name'],
  namespaces: () => [namespace.key],
  // Not the store's look-up: every row of the package comes here.
  versionFilter: false,
  vulnerable({ package: { version } }, { range: { fixed } }) {
    const [installed, first] = [triple.parse(version), fixed === undefined ? undefined : triple.parse(fixed)];
    if (!installed.ok || first?.ok === false) return 'unknown';
    return first === undefined || triple.compare(installed.value, first.value) < 0;
  },
});

function advisory(name: string, packageName: string, fixed: string): Advisory {
  const about = { name: packageName, kind: 'binary', module: '', arch: '', archOperation: '' } as const;
  const rule = { part: '', name, description: `${packageName} is too old`, severity: '', normalizedSeverity: 'Medium' } as const;
  const row = { namespace, package: about, range: { fixed }, status: 'affected', fixState: 'fixed', pointer: `/${name}` } as const;
  return { ...rule, aliases: [], links: [], issued: '', url: 'https://acme.example/rules', rows: [row] };
}

/** See own-updater.ts. */
const updater: Updater = {
  name: 'acme-npm-updater',
  version: 1,
  serves: (key) => key === namespace.key,
  fetch: () => Promise.resolve({ kind: 'changed', body: new Blob(['1']).stream(), fingerprint: '1' }),
  async *parse() {
    yield advisory('ACME-9', 'express', '4.17.0');
    yield advisory('ACME-10', 'express', '4.15.0');
  },
};

const data = { dataStore: 'sqlite', path: join(tmpdir(), 'claircore-own-matcher.db') } as const;
await using libindex = await openLibindex(data);
await using libvuln = await openLibvuln({
  ...data,
  feeds: new FakeFeedClient(),
  updaterSets: [],
  updaters: [updater],
  matchers: [matcher],
  versionSchemes: new Map([...versionSchemes, [triple.id, triple]]),
});

await using image = await openImage(process.argv[2] ?? join(import.meta.dirname, '..', 'shop.tar'));
const report = await libvuln.scan(await libindex.index(image.manifest));
for (const { name, status, evidence } of report.verdicts.filter(({ name }) => name.startsWith('ACME')))
  console.log(`${name} ${status}: ${evidence.subject}, ${evidence.comparison}`);
