import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Advisory } from '../contracts/index.ts';
import { parseEpss } from './epss/parse-epss.ts';
import { parseKev } from './kev/parse-kev.ts';
import { parseNvd, readNvdFact } from './nvd/parse-nvd.ts';

const archive = (name: string): string => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const samples = archive('native-samples/native-samples.tar.zst');
const kev = archive('kev/kev.tar.zst');
const isHere = existsSync(samples) && existsSync(kev);
const scratch = isHere ? mkdtempSync(join(tmpdir(), 'claircore-samples-')) : '';
if (isHere) {
  const wanted = ['vuls-data-update/epss', 'vuls-data-update/nvd/feed'];
  execFileSync('tar', ['--zstd', '-xf', samples, '-C', scratch, ...wanted]);
  execFileSync('tar', ['--zstd', '-xf', kev, '-C', scratch]);
}
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const bytesOf = (path: string): Uint8Array => readFileSync(join(scratch, path));
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
/** CVE → its fact. */
const factsOf = async (advisories: AsyncIterable<Advisory>): Promise<ReadonlyMap<string, string>> => {
  const facts = new Map<string, string>();
  for await (const { name, description } of advisories) {
    for (const line of description.trimEnd().split('\n')) {
      const [number = ''] = line.split(' ', 1);
      facts.set(`${name.replace(/\d+xxx$/, '')}${number}`, line.slice(number.length + 1));
    }
  }
  return facts;
};

interface NvdFeed {
  readonly vulnerabilities: readonly {
    readonly cve: {
      readonly id: string;
      readonly metrics: Readonly<
        Record<string, readonly { readonly cvssData?: { readonly vectorString: string; readonly baseScore: number } }[]>
      >;
    };
  }[];
}

describe.skipIf(!isHere)('native feeds (skipped where ../shared is absent)', () => {
  it.each([
    ['2021-04-14', '0.65117'],
    ['2021-09-01', '0.65117 0.9981063485700858'],
    ['2022-02-04', '0.96817 0.99999'],
    ['2023-03-07', '0.97567 0.99995'],
  ])('EPSS of %s', async (day, fact) => {
    const facts = await factsOf(parseEpss(once(bytesOf(`vuls-data-update/epss/epss_scores-${day}.csv.gz`))));
    expect([facts.size, facts.get('CVE-2020-5902')]).toEqual([2, fact]);
  });

  it.each([2002, 2021])('NVD of %d: its own scores are ours', async (year) => {
    const bytes = bytesOf(`vuls-data-update/nvd/feed/cve/v2/nvdcve-2.0-${year}.json.gz`);
    const facts = await factsOf(parseNvd(once(bytes), year));
    const { vulnerabilities } = JSON.parse(gunzipSync(bytes).toString()) as NvdFeed;
    expect(vulnerabilities.length).toBeGreaterThan(2);
    for (const { cve } of vulnerabilities) {
      const data = Object.values(cve.metrics).flatMap((metrics) => metrics.flatMap(({ cvssData }) => cvssData ?? []));
      const scores = new Map(data.map(({ vectorString, baseScore }) => [vectorString, baseScore]));
      const read = readNvdFact({ cve: cve.id, fact: facts.get(cve.id) ?? '', issued: '', version: '' });
      expect(read.length > 0).toBe(scores.size > 0);
      for (const { vectorString, baseScore } of read) expect([vectorString, baseScore]).toEqual([vectorString, scores.get(vectorString)]);
    }
  });

  it('KEV: every entry of the catalogue', async () => {
    const bytes = bytesOf('known_exploited_vulnerabilities.json');
    const { vulnerabilities } = JSON.parse(Buffer.from(bytes).toString()) as { vulnerabilities: readonly { cveID: string }[] };
    const facts = await factsOf(parseKev(once(bytes)));
    expect([...facts.keys()].sort()).toEqual(vulnerabilities.map(({ cveID }) => cveID).sort());
    expect(facts.size).toBe(1404);
  });
});
