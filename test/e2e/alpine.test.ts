import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { naiveApkCompare } from '../support/naive-apk.ts';
import { serveFeeds } from '../support/feed-host.ts';
import { findings, places, scanReport } from '../support/report.ts';
import { materialiseFeeds, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

interface Secdb {
  readonly packages: readonly {
    readonly pkg: { readonly name: string; readonly secfixes: Readonly<Record<string, readonly string[] | null>> };
  }[];
}

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
}

/** The bytes of a file of a tar, by another library than ours. */
async function member(archive: Uint8Array, wanted: (name: string) => boolean): Promise<Buffer> {
  const unpack = extract();
  unpack.end(archive);
  for await (const entry of unpack) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    if (wanted(entry.header.name)) return Buffer.concat(chunks);
  }
  throw new Error('no such member');
}

function parseInstalled(text: string): Installed[] {
  return text
    .split('\n\n')
    .map((paragraph) => new Map(paragraph.split('\n').map((line) => [line.slice(0, 1), line.slice(2)] as const)))
    .filter((fields) => fields.has('P'))
    .map((fields) => ({ name: fields.get('P') ?? '', version: fields.get('V') ?? '', origin: fields.get('o') ?? fields.get('P') ?? '' }));
}

/** What an Alpine image is affected by, calculated from the documents alone. */
function independentFindings(installed: readonly Installed[], documents: readonly Secdb[]): { pairs: string[]; zeros: number } {
  const pairs = new Set<string>();
  const zeros = new Set<string>();
  for (const { name, version, origin } of installed)
    for (const { packages } of documents)
      for (const { pkg } of packages.filter((entry) => entry.pkg.name === origin))
        for (const [fixed, ids] of Object.entries(pkg.secfixes))
          for (const id of (ids ?? []).flatMap((text) => text.split(' ').filter((word) => word.startsWith('CVE-')))) {
            if (fixed === '0') zeros.add(`${name} ${id}`);
            else if (naiveApkCompare(version, fixed) < 0) pairs.add(`${name} ${version} ${id}`);
          }
  return { pairs: [...pairs].sort(), zeros: zeros.size };
}

const image = 'fixtures/images/alpine-311.tar.gz';
const skip = missing(image, 'data/materialise.py');

describe.skipIf(skip !== undefined)(`a real Alpine 3.11 image and the real secdb${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it('lists the packages of the apk database and finds what an independent calculation finds, pair by pair', async () => {
    using scratch = scratchDirectory();
    materialiseFeeds(`${scratch.path}/feeds`, 'secdb.alpinelinux.org');
    await using host = await serveFeeds(`${scratch.path}/feeds`);
    const report = await scanReport([sharedPath(image), '--db', `${scratch.path}/c.db`, '--feed-mirror', host.url]);

    const archive = gunzipSync(readFileSync(sharedPath(image)));
    const layer = await member(archive, (name) => name.endsWith('/layer.tar'));
    const installed = parseInstalled((await member(layer, (name) => name.endsWith('lib/apk/db/installed'))).toString('utf8'));
    const documents = ['main', 'community'].map(
      (part) => JSON.parse(readFileSync(`${scratch.path}/feeds/secdb.alpinelinux.org/v3.11/${part}.json`, 'utf8')) as Secdb,
    );
    const expected = independentFindings(installed, documents);

    expect(places(report, () => true)).toEqual(installed.map(({ name, version }) => `${name}@${version}\t/lib/apk/db/installed`).sort());
    expect(findings(report)).toEqual(expected.pairs);
    // Counted by hand over the same files: 45 pairs of package and CVE, 24 CVEs, 8 pairs that a fix of `0` rules out.
    expect(expected.pairs).toHaveLength(45);
    expect(new Set(expected.pairs.map((pair) => pair.split(' ')[2])).size).toBe(24);
    expect(expected.zeros).toBe(8);
    const affected = report.verdicts.filter(({ status }) => status === 'affected');
    expect(affected.every(({ evidence }) => evidence.comparison?.includes(' < '))).toBe(true);
    expect(report.verdicts.filter(({ status }) => status === 'not_affected')).toHaveLength(8);
    expect(report.coverage).toMatchObject({ complete: true, gaps: [] });
  });
});
