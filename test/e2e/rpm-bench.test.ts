import { describe, expect, it } from 'vitest';
import { missingSamples } from '../support/native-samples.ts';
import { rpmOrder } from '../support/naive-rpm-order.ts';
import { findings, type ReportJson } from '../support/report.ts';
import { layAlma, layAmazon, layRocky, layRockyErrata, type LayFeed } from '../support/rpm-bench-feeds.ts';
import { layAzure, layPhoton } from '../support/rpm-bench-oval.ts';
import { calculate, packagesAround, type BenchPackage, type FeedReading } from '../support/rpm-bench.ts';
import { decidedPairs, scanRpmRoot } from '../support/rpm-root.ts';
import { missing, scratchDirectory } from '../support/shared-data.ts';

interface Case {
  readonly osRelease: string;
  readonly lay: LayFeed;
  /** What this feed tells besides fixes of packages; a case of each is made, and one that it does not have is said here. */
  readonly tells: { readonly unfixed?: true; readonly cleared?: true; readonly arch?: true; readonly module?: true };
  readonly options?: readonly string[];
  /** Only in full runs. */
  readonly isLong?: true;
}

// Amazon, AlmaLinux, Rocky and Photon tell of fixes only: what is affected and not fixed is in none of them, nor what is not affected.
const cases: Readonly<Record<string, Case>> = {
  'Amazon Linux 1': { osRelease: 'ID="amzn"\nVERSION_ID="2018.03"\n', lay: layAmazon('1'), tells: { arch: true }, isLong: true },
  'Amazon Linux 2, with extras': { osRelease: 'ID="amzn"\nVERSION_ID="2"\n', lay: layAmazon('2'), tells: { arch: true } },
  'Amazon Linux 2022': { osRelease: 'ID="amzn"\nVERSION_ID="2022"\n', lay: layAmazon('2022'), tells: { arch: true }, isLong: true },
  'Amazon Linux 2023': { osRelease: 'ID="amzn"\nVERSION_ID="2023"\n', lay: layAmazon('2023'), tells: { arch: true }, isLong: true },
  'AlmaLinux 8': { osRelease: 'ID="almalinux"\nVERSION_ID="8.10"\n', lay: layAlma('8'), tells: { arch: true, module: true }, isLong: true },
  'AlmaLinux 9': { osRelease: 'ID="almalinux"\nVERSION_ID="9.4"\n', lay: layAlma('9'), tells: { arch: true, module: true }, isLong: true },
  'Rocky Linux 8': { osRelease: 'ID="rocky"\nVERSION_ID="8.10"\n', lay: layRocky('8'), tells: { module: true } },
  'Rocky Linux 9': { osRelease: 'ID="rocky"\nVERSION_ID="9.4"\n', lay: layRocky('9'), tells: { module: true }, isLong: true },
  'Rocky Linux 8, by errata': {
    osRelease: 'ID="rocky"\nVERSION_ID="8.10"\n',
    lay: layRockyErrata('8'),
    tells: { arch: true, module: true },
    options: ['--feed-source', 'rocky=errata'],
    isLong: true,
  },
  'Azure Linux 3.0': { osRelease: 'ID=azurelinux\nVERSION_ID="3.0"\n', lay: layAzure('azurelinux-3.0'), tells: {}, isLong: true },
  'CBL-Mariner 2.0': {
    osRelease: 'ID=mariner\nVERSION_ID="2.0"\n',
    lay: layAzure('cbl-mariner-2.0'),
    tells: { unfixed: true, cleared: true },
  },
  'CBL-Mariner 1.0': {
    osRelease: 'ID=mariner\nVERSION_ID="1.0"\n',
    lay: layAzure('cbl-mariner-1.0'),
    tells: { unfixed: true, cleared: true },
    isLong: true,
  },
  'Photon OS 3': { osRelease: 'ID=photon\nVERSION_ID=3.0\n', lay: layPhoton(), tells: {}, isLong: true },
};

/** Packages of names in the feed, older than any fix, that are not quite what its advisories speak of. */
function strangers({ fixes, ofSources }: FeedReading): { arch: BenchPackage; module: BenchPackage; unparsable: BenchPackage } {
  const plain =
    fixes.find(({ arch, module, fixed }) => /^(x86_64)?$/.test(arch) && !module && fixed !== undefined) ?? expect.fail('no plain fix');
  const modular = fixes.find(({ module }) => module !== undefined && module !== '') ?? plain;
  const make = (of: string, facts: Partial<BenchPackage> & { readonly evr: string }): BenchPackage => ({
    name: ofSources ? `${of}-stranger` : of,
    arch: 'x86_64',
    module: '',
    ...facts,
    ...(ofSources && { source: { name: of, evr: facts.evr } }),
  });
  return {
    arch: make(plain.name, { evr: '0.0.1-1', arch: 'sparc64' }),
    module: make(modular.name, { evr: '0.0.1-2', module: 'nonesuch:1' }),
    unparsable: make(plain.name, { evr: '1 0-1' }),
  };
}

/** `name reason` of what could not be judged. */
function unknown({ verdicts, packages }: ReportJson): readonly string[] {
  const lines = verdicts.flatMap(({ status, package_id: id, reason }) => (status === 'unknown' ? [`${packages[id]?.name} ${reason}`] : []));
  return [...new Set(lines)];
}

function cleared({ verdicts, packages }: ReportJson): readonly string[] {
  return verdicts
    .flatMap(({ status, package_id: id, name }) =>
      status === 'not_affected' ? [`${packages[id]?.name} ${packages[id]?.version} ${name}`] : [],
    )
    .sort();
}

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const skip = missing('data/amazon', 'data/alma', 'data/rocky', 'data/azurelinux') ?? missingSamples;
// One record in twenty is enough to see that all is there; full runs take whole feeds.
const scale = isFull ? { every: 1, most: 500, pairs: 300 } : { every: 20, most: 100, pairs: 20 };
const chosen = Object.entries(cases).filter(([, { isLong }]) => isFull || isLong === undefined);

describe.skipIf(skip !== undefined)(
  `root file systems made around the bounds of real feeds${skip === undefined ? '' : ` (skipped: ${skip})`}`,
  () => {
    it.each(chosen)('%s', { timeout: 300_000 }, async (name, { osRelease, lay, tells, options = [] }) => {
      using scratch = scratchDirectory();
      const feed = lay(`${scratch.path}/feeds`, scale.every);
      const around = packagesAround(feed, scale.most);
      const odd = strangers(feed);
      const packages = [...around, odd.arch, odd.module];
      const database = name.length % 2 === 0 ? 'sqlite' : 'ndb';
      const report = await scanRpmRoot(scratch.path, { osRelease, packages: [...packages, odd.unparsable], database }, ...options);
      const expected = calculate(feed, packages);

      expect(findings(report)).toEqual(expected.found);
      expect(report.coverage.gaps.filter(({ reason }) => reason !== 'version-unparsable')).toEqual([]);
      expect(unknown(report)).toEqual([`${odd.unparsable.name} version-unparsable`]);
      const ofOdd = cleared(report).filter((line) => line.startsWith(`${odd.unparsable.name} ${odd.unparsable.evr} `));
      expect(cleared(report)).toEqual([...expected.cleared, ...ofOdd].sort());

      // What the feed tells has its case, and what it does not tell is not told.
      const has = (line: string): boolean => expected.found.some((found) => found.startsWith(`${line} `));
      expect(feed.fixes.some(({ last }) => last !== undefined)).toBe(tells.unfixed === true);
      expect(expected.cleared.length > 0).toBe(tells.cleared === true);
      expect([has(`${odd.arch.name} ${odd.arch.evr}`), tells.arch === true]).toContain(true);
      expect(has(`${odd.arch.name} ${odd.arch.evr}`)).toBe(tells.arch !== true);
      expect(has(`${odd.module.name} ${odd.module.evr}`)).toBe(tells.module !== true);
      const open = report.verdicts.filter(({ status, evidence }) => status === 'affected' && evidence['last_affected'] !== undefined);
      expect(open.length > 0).toBe(tells.unfixed === true);

      const pairs = decidedPairs(report);
      expect(pairs.length).toBeGreaterThanOrEqual(scale.pairs);
      const order = rpmOrder(pairs);
      expect(pairs.filter(([left, right]) => order(left, right) > 0)).toEqual([]);
    });
  },
);
