import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { enrichmentTypes } from '../../src/core/index.ts';
import { claircore } from '../support/cli.ts';
import { serveFeeds } from '../support/feed-host.ts';
import { scanReport, type ReportJson } from '../support/report.ts';
import { materialiseFeeds, missing, projectPath, scratchDirectory, sharedPath } from '../support/shared-data.ts';

const image = 'fixtures/images/alpine-311.tar.gz';
const skip = missing(image, 'data/materialise.py');
const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

type Enriched = ReportJson & { readonly enrichments: Readonly<Record<string, readonly Readonly<Record<string, readonly object[]>>[]>> };

describe.skipIf(skip !== undefined)(`the real feeds of EPSS and KEV${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it('say of each vulnerability of an image what stands in them, from a mirror that is asked once', async () => {
    using scratch = scratchDirectory();
    const feeds = `${scratch.path}/feeds`;
    materialiseFeeds(feeds, 'secdb.alpinelinux.org', 'www.cisa.gov', 'epss.empiricalsecurity.com');
    await using host = await serveFeeds(feeds);
    const args = [sharedPath(image), '--db', `${scratch.path}/c.db`, '--feed-mirror', host.url];
    const report = (await scanReport([...args, '--enrich', 'epss,kev'])) as Enriched;

    // By another way than ours: the whole table in memory.
    const csv = gunzipSync(readFileSync(`${feeds}/epss.empiricalsecurity.com/epss_scores-current.csv.gz`)).toString();
    const scores = new Map(csv.split('\n').map((line) => line.split(',') as [string, string]));
    const catalogue = JSON.parse(
      readFileSync(`${feeds}/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json`, 'utf8'),
    ) as {
      vulnerabilities: readonly { readonly cveID: string; readonly dateAdded: string }[];
    };
    const exploited = new Map(catalogue.vulnerabilities.map(({ cveID, dateAdded }) => [cveID, dateAdded]));
    const [epss = {}] = report.enrichments[enrichmentTypes.epss] ?? [];
    const [kev = {}] = report.enrichments[enrichmentTypes.kev] ?? [];
    const vulnerabilities = Object.entries(report.vulnerabilities);
    expect(vulnerabilities.length).toBeGreaterThan(20);
    expect(Object.keys(epss).length).toBeGreaterThan(10);
    for (const [id, { name }] of vulnerabilities) {
      const score = scores.get(name);
      expect([name, epss[id]]).toEqual([
        name,
        score === undefined ? undefined : [{ cve: name, epss: Number(score), modelVersion: '', date: '' }],
      ]);
      const added = exploited.get(name);
      expect([name, kev[id]]).toEqual([
        name,
        added === undefined ? undefined : [expect.objectContaining({ cve: name, date_added: added })],
      ]);
    }
    // The scores stand first, though there are none: Quay reads whatever does.
    expect(Object.keys(report.enrichments)[0]).toBe(enrichmentTypes.cvss);

    const asked = host.requests.filter((request) => /cisa|epss/.test(request)).length;
    expect([asked, await scanReport([...args, '--offline', '--enrich', 'kev,epss'])]).toEqual([2, report]);
    if (!isFull) return;
    // What was asked for besides changes nothing else, and what is fresh is not asked for again.
    expect({ ...(await scanReport(args)), enrichments: {} }).toEqual({ ...report, enrichments: {} });
    expect(await scanReport([...args, '--enrich', 'epss,kev'])).toEqual(report);
    expect(host.requests.filter((request) => /cisa|epss/.test(request))).toHaveLength(2);
  });
});

/** Runs the command line and gives the most memory that it held, in MB. */
async function peakOf(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', projectPath('test/support/tell-peak.ts'), projectPath('src/cli/main.ts'), ...args]);
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdout.resume();
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, text.includes('peak ')]).toEqual([0, true]);
  return Number(/peak (\d+)/.exec(text)?.[1]) / 1024;
}

describe.skipIf(!isFull)(`feeds of full size${isFull ? '' : ' (skipped: set CLAIRCORE_FULL)'}`, () => {
  const hash = (index: number): number => Math.imul(index + 1, 2_654_435_761) >>> 0;
  const share = (index: number): string => ((hash(index) % 100_000) / 100_000).toFixed(5);
  const cveOf = (index: number): string => `CVE-${1999 + (index % 28)}-${String(1 + Math.floor(index / 28)).padStart(4, '0')}`;

  it('are loaded in bounded memory, and a new day of EPSS takes little room', { timeout: 600_000 }, async () => {
    using scratch = scratchDirectory();
    const [epss, nvd] = [`${scratch.path}/feeds/epss.empiricalsecurity.com`, `${scratch.path}/feeds/nvd.nist.gov/feeds/json/cve/2.0`];
    for (const directory of [epss, nvd]) mkdirSync(directory, { recursive: true });
    const db = `${scratch.path}/c.db`;
    const update = (only: string) => peakOf(['update', '--db', db, '--feed-mirror', `${scratch.path}/feeds`, '--only', only]);

    const sizes: number[] = [];
    for (let day = 1; day <= 3; day += 1) {
      const lines = Array.from({ length: 300_000 }, (_, index) => `${cveOf(index)},${share(index + day)},${share(index * 7 + day)}\n`);
      await writeFile(
        `${epss}/epss_scores-current.csv.gz`,
        gzipSync(`#model_version:v1,score_date:2026-11-0${day}\ncve,epss,percentile\n${lines.join('')}`),
      );
      expect(await update('epss*')).toBeLessThan(512);
      sizes.push(readFileSync(db).length / 1e6);
    }
    // 300,000 advisories a day would be seventy.
    expect(sizes.at(-1)).toBeLessThan(40);

    const records = Array.from({ length: 40_000 }, (_, index) => {
      const vectorString = `CVSS:3.1/AV:${'NLAP'[index % 4]}/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:${'HLN'[index % 3]}`;
      return JSON.stringify({
        cve: {
          id: `CVE-2024-${String(index + 1).padStart(4, '0')}`,
          descriptions: [{ lang: 'en', value: 'x'.repeat(2000) }],
          metrics: { cvssMetricV31: [{ type: 'Primary', source: 'nvd@nist.gov', cvssData: { vectorString } }] },
        },
      });
    });
    await writeFile(`${nvd}/nvdcve-2.0-2024.json.gz`, gzipSync(`{"vulnerabilities":[${records.join(',')}]}`));
    expect(await update('nvd-2024*')).toBeLessThan(400);
    const { stdout } = await claircore(['feeds', '--db', db, '--format', 'json']);
    expect(stdout).toContain('nvd-2024-updater');
  });
});
