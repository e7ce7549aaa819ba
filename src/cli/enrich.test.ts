import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { enrichmentTypes } from '../core/index.ts';
import { encodeIndexReport } from '../reports/index.ts';
import { sampleReport } from '../reports/sample-report.fixture.ts';
import { runCli } from './run-cli.ts';

const scratch = mkdtempSync(join(tmpdir(), 'claircore-enrich-'));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(scratch, ...parts);

/** The command line in this process. */
async function run(args: readonly string[], epoch = '1700000000') {
  const texts: Record<'out' | 'err', string[]> = { out: [], err: [] };
  const streamInto = (into: string[]) => ({
    write: (text: string, done?: () => void) => {
      into.push(text);
      done?.();
      return true;
    },
  });
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(index);
  }
  const exitCode = await runCli(args, {
    environment: { XDG_DATA_HOME: at('default'), SOURCE_DATE_EPOCH: epoch },
    stdin: stdin(),
    stdout: streamInto(texts.out),
    stderr: streamInto(texts.err),
    signal: new AbortController().signal,
  });
  return { exitCode, out: texts.out.join(''), err: texts.err.join('') };
}

const packages = [
  { name: 'libssl3', source: 'openssl', version: '3.0.7-1' },
  { name: 'zlib1g', source: 'zlib', version: '1:1.2.13-1' },
  { name: 'bash', source: 'bash', version: '5.2-1' },
];
const index = [...encodeIndexReport(sampleReport({ packages }).index)].join('');

const open = (urgency: string) => ({ releases: { bookworm: { status: 'open', repositories: {}, urgency } } });
const tracker = {
  openssl: { 'CVE-2023-0286': open('high') },
  zlib: { 'CVE-2023-45853': open('not yet assigned') },
  bash: { 'CVE-2022-3715': open('low') },
};
const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const nvd = {
  vulnerabilities: [
    {
      cve: {
        id: 'CVE-2023-45853',
        metrics: { cvssMetricV31: [{ source: 'nvd@nist.gov', type: 'Primary', cvssData: { vectorString: vector } }] },
      },
    },
  ],
};
const bodies: Readonly<Record<string, string | Uint8Array>> = {
  'security-tracker.debian.org/tracker/data/json': JSON.stringify(tracker),
  'epss.empiricalsecurity.com/epss_scores-current.csv.gz': gzipSync(
    '#model_version:v2023.03.01,score_date:2023-03-07T00:00:00+0000\ncve,epss,percentile\nCVE-2023-45853,0.00113,0.43131\nCVE-2022-3715,0.5,0.9\n',
  ),
  'www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json': JSON.stringify({
    catalogVersion: '2023.03.07',
    vulnerabilities: [{ cveID: 'CVE-2022-3715', knownRansomwareCampaignUse: 'Unknown' }],
  }),
  'nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2023.json.gz': gzipSync(JSON.stringify(nvd)),
};

/** A mirror of all feeds but those whose path holds one of these. */
function mirror(name: string, ...without: readonly string[]): string {
  for (const [path, body] of Object.entries(bodies)) {
    if (without.some((part) => path.includes(part))) continue;
    mkdirSync(dirname(at(name, path)), { recursive: true });
    writeFileSync(at(name, path), body);
  }
  return at(name);
}

interface Report {
  readonly vulnerabilities: Readonly<
    Record<string, { readonly name: string; readonly severity: string; readonly normalized_severity: string }>
  >;
  readonly enrichments: Readonly<Record<string, readonly Readonly<Record<string, readonly unknown[]>>[]>>;
  readonly verdicts: readonly { readonly name: string; readonly evidence: { readonly notes?: readonly string[] } }[];
  readonly coverage: { readonly complete: boolean; readonly feeds: readonly { readonly updater: string }[] };
}

describe('--enrich', () => {
  const feeds = mirror('feeds');
  const match = (db: string, ...args: readonly string[]) => run(['match', '-', '--db', at(db), '--feed-mirror', feeds, ...args]);
  const read = async (...args: Parameters<typeof match>): Promise<Report> =>
    JSON.parse((await match(...args, '--format', 'json')).out) as Report;

  it('adds what is known, in the shape of Clair, scores first', async () => {
    const { enrichments, vulnerabilities, coverage } = await read('all.db', '--enrich', 'nvd,kev', '--enrich', 'EPSS');
    const idOf = (name: string): string => Object.entries(vulnerabilities).find(([, one]) => one.name === name)?.[0] ?? '';
    const [zlib, bash] = [idOf('CVE-2023-45853'), idOf('CVE-2022-3715')];
    expect(Object.entries(enrichments)).toEqual([
      [
        enrichmentTypes.cvss,
        [{ [zlib]: [{ version: '3.1', vectorString: vector, baseScore: 9.8, baseSeverity: 'CRITICAL', source: 'nvd@nist.gov' }] }],
      ],
      [
        enrichmentTypes.epss,
        [
          {
            [zlib]: [
              { cve: 'CVE-2023-45853', epss: 0.00113, percentile: 0.43131, modelVersion: 'v2023.03.01', date: '2023-03-07T00:00:00+00:00' },
            ],
            [bash]: [{ cve: 'CVE-2022-3715', epss: 0.5, percentile: 0.9, modelVersion: 'v2023.03.01', date: '2023-03-07T00:00:00+00:00' }],
          },
        ],
      ],
      [enrichmentTypes.kev, [{ [bash]: [expect.objectContaining({ cve: 'CVE-2022-3715', known_ransomware_campaign_use: 'Unknown' })] }]],
    ]);
    expect(coverage).toMatchObject({ complete: true, feeds: [{ updater: 'debian-updater' }] });
  });

  it('can be read as Quay reads it: of the first type the highest score of each vulnerability', async () => {
    for (const enrich of ['nvd,kev,epss', 'epss', 'kev']) {
      const { enrichments } = await read('all.db', '--enrich', enrich);
      const [first] = Object.values(enrichments);
      for (const items of Object.values(first?.[0] ?? {}))
        expect(items.every((item) => typeof (item as { baseScore?: unknown }).baseScore === 'number')).toBe(true);
      expect(first).toHaveLength(1);
    }
  });

  it('loads nothing that was not asked for', async () => {
    const plain = await match('plain.db');
    expect({ ...plain, out: '' }).toEqual({ exitCode: 0, out: '', err: '' });
    expect(plain.out).not.toMatch(/KEV|EPSS/);
    expect((await read('plain.db')).enrichments).toEqual({});
    expect((await run(['feeds', '--db', at('plain.db'), '--format', 'json'])).out).not.toMatch(/epss|kev|nvd/);
  });

  it('fills the severity that the vendor does not give, says so, and counts it', async () => {
    const { vulnerabilities, verdicts } = await read('all.db', '--enrich', 'nvd');
    const of = Object.values(vulnerabilities).map(({ name, severity, normalized_severity }) => [name, severity, normalized_severity]);
    expect(of.sort()).toEqual([
      ['CVE-2022-3715', 'low', 'Low'],
      ['CVE-2023-0286', 'high', 'High'],
      ['CVE-2023-45853', 'not yet assigned', 'Critical'],
    ]);
    expect(verdicts.filter(({ evidence }) => evidence.notes?.includes('severity-from-cvss')).map(({ name }) => name)).toEqual([
      'CVE-2023-45853',
    ]);
    const failOn = ['--fail-on', 'critical'];
    expect([(await match('all.db', ...failOn)).exitCode, (await match('all.db', ...failOn, '--enrich', 'nvd')).exitCode]).toEqual([0, 1]);
  });

  it('shows what is exploited and how likely it is, and sorts by it', async () => {
    const { out, err } = await match('all.db', '--enrich', 'epss,kev', '--sort', 'risk');
    expect(err).toBe('');
    expect(out.split('\n').filter((line) => /CVE-|SEVERITY/.test(line))).toEqual([
      expect.stringMatching(/^SEVERITY +ADVISORY +PACKAGE +INSTALLED +FIXED IN +KEV +EPSS/),
      expect.stringMatching(/^Low +CVE-2022-3715 .* yes +50\.0%$/),
      expect.stringMatching(/^Unknown +CVE-2023-45853 .* 0\.1% +source zlib$/),
      expect.stringMatching(/^High +CVE-2023-0286 /),
    ]);
  });

  it('is read from the environment', async () => {
    vi.stubEnv('CLAIRCORE_ENRICH', 'kev');
    const { out } = await run(['match', '-', '--db', at('all.db'), '--offline']);
    expect(out).toMatch(/CVE-2022-3715 .* yes$/m);
  });

  it('gives the same bytes from whatever order the feeds were loaded in', async () => {
    await run(['update', '--db', at('other.db'), '--feed-mirror', feeds, '--only', 'kev*']);
    await run(['update', '--db', at('other.db'), '--feed-mirror', feeds, '--only', 'debian*']);
    const args = ['--enrich', 'kev,epss,nvd', '--format', 'json'];
    const [one, other] = [await match('all.db', ...args), await match('other.db', ...args)];
    expect(other).toEqual(one);
  });

  it('takes no feed that there is not', async () => {
    const { exitCode, err } = await match('all.db', '--enrich', 'epss,all');
    expect(exitCode).toBe(2);
    expect(err).toContain('Give any of epss, kev, nvd.');
  });
});

describe('what cannot be had', () => {
  it('is a warning; the report is made without it, as complete as before', async () => {
    const feeds = mirror('without', 'epss', 'nvd');
    const args = ['match', '-', '--db', at('without.db'), '--feed-mirror', feeds, '--enrich', 'epss,kev,nvd', '--fail-on', 'critical'];
    const { exitCode, out, err } = await run(args);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/CVE-2022-3715 .* yes$/m);
    expect(out).not.toContain('Coverage is incomplete');
    expect(err.split('\n').filter((line) => /epss|nvd/.test(line))).toEqual([
      expect.stringMatching(
        /^claircore: feed epss-updater and \d+ more could not be refreshed, it was never loaded: a feed does not exist/,
      ),
      'claircore: epss is not loaded: the report is made without it.',
      'claircore: nvd is not loaded: the report is made without it.',
    ]);
  });

  it('of a feed that is old is said', async () => {
    const args = ['match', '-', '--db', at('old.db'), '--enrich', 'kev'];
    await run([...args, '--feed-mirror', mirror('old')]);
    const { exitCode, out, err } = await run([...args, '--offline'], String(1_700_000_000 + 8 * 86_400));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/CVE-2022-3715 .* yes$/m);
    expect(err).toBe('claircore: kev was last confirmed long ago: what it says may be old.\n');
  });

  it('of a damaged feed, the last good data is used', async () => {
    const db = at('damaged.db');
    const args = (feeds: string) => ['match', '-', '--db', db, '--feed-mirror', feeds, '--max-feed-age', '0', '--enrich', 'epss'];
    await run(args(mirror('good')));
    const broken = mirror('broken');
    const body = bodies['epss.empiricalsecurity.com/epss_scores-current.csv.gz'] as Uint8Array;
    writeFileSync(at('broken', 'epss.empiricalsecurity.com/epss_scores-current.csv.gz'), body.subarray(0, -8));
    const { exitCode, out, err } = await run(args(broken));
    expect(exitCode).toBe(0);
    expect(out).toContain('50.0%');
    expect(err).toMatch(/^claircore: feed epss-updater could not be refreshed, its data of 2023-11-14\S* is used: /m);
  });

  it.each([
    [[], true],
    [['--enrich', 'nvd'], true],
    [['--enrich', 'kev'], false],
  ])('--sort risk with %j says that it knows nothing of risk: %j', async (enrich, isSaid) => {
    const args = ['match', '-', '--db', at('sorted.db'), '--feed-mirror', mirror('sorted'), '--sort', 'risk', ...enrich];
    expect((await run(args)).err.includes('--sort risk goes by CVSS and severity alone')).toBe(isSaid);
  });
});

describe('update', () => {
  const feeds = mirror('update');
  const updated = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { out } = await run(['update', '--db', at('update.db'), '--feed-mirror', feeds, '--format', 'json', ...args]);
    return (JSON.parse(out) as { updaters: { updater: string }[] }).updaters.map(({ updater }) => updater);
  };

  it.each([
    [['--only', 'debian*'], ['debian-updater']],
    [['--only', 'epss*'], ['epss-updater']],
    [['--only', 'nvd-2023*'], ['nvd-2023-updater']],
    [['--only', 'debian*', '--enrich', 'kev'], ['debian-updater']],
  ])('with %j runs %j', async (args, wanted) => {
    expect(await updated(...args)).toEqual(wanted);
  });

  it('leaves the feeds of enrichers alone unless they are asked for', async () => {
    const names = await updated();
    expect(names).toContain('debian-updater');
    expect(names.filter((name) => /epss|kev|nvd/.test(name))).toEqual([]);
    const all = await updated('--enrich', 'epss,kev,nvd');
    expect(all.filter((name) => /epss|kev|nvd/.test(name))).toEqual(['epss-updater', 'kev-updater', 'nvd-2023-updater']);
  });

  it('and "feeds" lists them', async () => {
    const { out } = await run(['feeds', '--db', at('update.db')]);
    for (const name of ['epss-updater', 'kev-updater', 'nvd-2023-updater']) expect(out).toMatch(new RegExp(`^${name} +loaded`, 'm'));
  });
});
