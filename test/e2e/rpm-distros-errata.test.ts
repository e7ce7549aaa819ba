import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rpmHeader, writeRpmSqlite } from '../../src/testing/index.ts';
import { serveFeeds } from '../support/feed-host.ts';
import {
  aroundFixes,
  expectedFindings,
  readNaiveAlma,
  readNaiveUpdateinfo,
  type NaiveFix,
  type NaiveInstalled,
} from '../support/naive-errata.ts';
import { naiveRpmCompare, rpmCompareAll } from '../support/naive-rpm.ts';
import { materialiseOsv, readOsv } from '../support/osv-bucket.ts';
import { findings, scanReport, type ReportJson } from '../support/report.ts';
import { hasTool, materialiseFeeds, missing, scratchDirectory } from '../support/shared-data.ts';

// These feeds tell of fixes only: what is affected and not fixed is in none of them, so that no case of it can be made of them.

interface Installed extends NaiveInstalled {
  readonly sourceRpm?: string;
}

function writeRoot(root: string, osRelease: string, packages: readonly Installed[]): void {
  const headers = packages.map(({ name, evr, arch, module, sourceRpm }) => {
    const [, epoch, version = '', release = ''] = /^(?:(\d+):)?([^-]*)-(.*)$/.exec(evr) ?? [];
    return rpmHeader({
      name,
      version,
      release,
      arch,
      sourceRpm: sourceRpm ?? `${name}-${version}-${release}.src.rpm`,
      ...(epoch && { epoch: Number(epoch) }),
      ...(module !== '' && { modularityLabel: `${module}:8030020:abcdef` }),
    });
  });
  write(join(root, 'etc/os-release'), osRelease);
  write(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), writeRpmSqlite(headers));
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Pairs (installed, bound) that were compared to reach a verdict. */
function decidedPairs(report: ReportJson): readonly (readonly [string, string])[] {
  return report.verdicts.flatMap(({ status, evidence }) => {
    const [left, right] = evidence.comparison?.split(', ').at(-1)?.split(' < ') ?? [];
    return status === 'affected' && left !== undefined && right !== undefined ? [[left, right] as const] : [];
  });
}

async function scanRoot(scratch: string, osRelease: string, packages: readonly Installed[], feeds: string): Promise<ReportJson> {
  writeRoot(`${scratch}/root`, osRelease, packages);
  await using host = await serveFeeds(feeds);
  return await scanReport([`dir:${scratch}/root`, '--db', `${scratch}/c.db`, '--feed-mirror', host.url]);
}

function expectTrueComparisons(report: ReportJson): void {
  const pairs = decidedPairs(report);
  expect(pairs.length).toBeGreaterThanOrEqual(300);
  if (hasTool('rpm')) expect(new Set(rpmCompareAll(pairs))).toEqual(new Set([-1]));
}

/** A package of the feed that is far below its fix, but not quite what the advisory speaks of. */
function strangers(fixes: readonly NaiveFix[]): { readonly arch: Installed; readonly module: Installed; readonly unparsable: Installed } {
  const plain = fixes.find(({ arch, module }) => arch === 'x86_64' && module === '') ?? expect.fail('no plain fix');
  const modular = fixes.find(({ arch, module }) => arch === 'x86_64' && module !== '') ?? plain;
  const old = { evr: '0.0.1-1', arch: 'x86_64', module: '' };
  return {
    arch: { ...old, name: plain.name, arch: 'sparc64' },
    module: { ...old, name: modular.name, module: 'nonesuch:1' },
    unparsable: { ...old, name: plain.name, evr: '1 0-1' },
  };
}

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
/** Of the releases of a distribution the last, except in full runs. */
const quick = <T>(all: readonly T[]): readonly T[] => (isFull ? all : all.slice(-1));

const skip = missing('data/materialise.py');
const said = skip === undefined ? '' : ` (skipped: ${skip})`;

describe.skipIf(skip !== undefined)(`root file systems made around the fixes of real errata${said}`, () => {
  it.each(
    quick([
      ['1', '2018.03', 'repo.us-west-2.amazonaws.com/2018.03/updates/snapshot/x86_64'],
      ['2', '2', 'cdn.amazonlinux.com/2/core/snapshot/x86_64'],
      ['2023', '2023', 'cdn.amazonlinux.com/al2023/core/mirrors/snapshot/x86_64'],
    ] as const),
  )('Amazon Linux %s', { timeout: 300_000 }, async (release, versionId, core) => {
    using scratch = scratchDirectory();
    const feeds = `${scratch.path}/feeds`;
    materialiseFeeds(feeds, 'cdn.amazonlinux.com');
    const ofCore = readRepository(`${feeds}/${core}`);
    const others: Readonly<Record<string, () => readonly NaiveFix[]>> = {
      '2': () => readExtras(feeds, ofCore),
      '2023': () => readRepository(`${feeds}/cdn.amazonlinux.com/al2023/kernel-livepatch/mirrors/snapshot/x86_64`),
    };
    const fixes = [...ofCore, ...(others[release]?.() ?? [])];
    const odd = strangers(fixes);
    // The kernel of core is older than every topic's, and fixed.
    const kernel: Installed = { name: 'kernel', evr: '4.14.999-1.amzn2', arch: 'x86_64', module: '' };
    const packages = [...aroundFixes(fixes, 500), odd.arch, kernel];
    const report = await scanRoot(scratch.path, `ID="amzn"\nVERSION_ID="${versionId}"\n`, [...packages, odd.unparsable], feeds);
    const found = findings(report);
    expect(found).toEqual(expectedFindings(fixes, packages));
    expect(found.filter((line) => line.includes(' 0.0.1-1 '))).toEqual([]);
    if (release === '2') expect(found.filter((line) => line.startsWith('kernel 4.14.999'))).toEqual([]);
    expect(unknown(report)).toEqual([`${odd.unparsable.name} version-unparsable`]);
    expectTrueComparisons(report);
  });

  it.each(quick(['8', '9']))('AlmaLinux %s', { timeout: 120_000 }, async (release) => {
    using scratch = scratchDirectory();
    const feeds = `${scratch.path}/feeds`;
    materialiseFeeds(feeds, 'errata.almalinux.org');
    const fixes = readNaiveAlma(readFileSync(`${feeds}/errata.almalinux.org/${release}/errata.full.json`, 'utf8'));
    const odd = strangers(fixes);
    const packages = [...aroundFixes(fixes, 500), odd.arch, odd.module];
    const report = await scanRoot(scratch.path, `ID="almalinux"\nVERSION_ID="${release}.4"\n`, [...packages, odd.unparsable], feeds);
    const found = findings(report);
    expect(found).toEqual(expectedFindings(fixes, packages));
    expect(found.filter((line) => line.includes(' 0.0.1-1 '))).toEqual([]);
    expect(unknown(report)).toEqual([`${odd.unparsable.name} version-unparsable`]);
    expectTrueComparisons(report);
  });

  it.each(quick(['8', '9']))('Rocky Linux %s, by source packages', { timeout: 120_000 }, async (release) => {
    using scratch = scratchDirectory();
    const feeds = `${scratch.path}/feeds`;
    materialiseOsv(feeds, 'Rocky Linux');
    const fixes = readRocky(feeds, release);
    const sources = aroundFixes(fixes, 300);
    // A binary's own version and epoch order the other way: they are not what the record speaks of.
    const packages = sources.map(({ name, evr, module }, index) => {
      const sourceEvr = evr.replace(/^\d+:/, '');
      return { name: `${name}-part${index}`, evr: `${index % 3}:99-1`, arch: 'x86_64', module, sourceRpm: `${name}-${sourceEvr}.src.rpm` };
    });
    const modular = fixes.find(({ module }) => module !== '') ?? expect.fail('no modular fix');
    const stranger: Installed = { name: modular.name, evr: '0.0.1-1', arch: 'x86_64', module: 'nonesuch:1' };
    const report = await scanRoot(scratch.path, `ID="rocky"\nVERSION_ID="${release}.4"\n`, [...packages, stranger], feeds);
    const expected = sources.flatMap((source, index) =>
      expectedFindings(fixes, [source], 'below-any').map(
        (line) => `${packages[index]?.name} ${printed(packages[index]?.evr)} ${line.split(' ').at(-1)}`,
      ),
    );
    expect(findings(report)).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThanOrEqual(300);
  });
});

function printed(evr = ''): string {
  return evr.replace(/^0:/, '');
}

/** `name reason` of what could not be judged. */
function unknown(report: ReportJson): readonly string[] {
  const lines = report.verdicts.flatMap(({ status, package_id: id, reason }) =>
    status === 'unknown' ? [`${report.packages[id]?.name} ${reason}`] : [],
  );
  return [...new Set(lines)];
}

function readRepository(path: string): readonly NaiveFix[] {
  return readNaiveUpdateinfo(gunzipSync(readFileSync(`${path}/repodata/updateinfo.xml.gz`)).toString('utf8'));
}

/** The extras, each with where its line begins: by hand for the few names that core has as well. */
function readExtras(feeds: string, core: readonly NaiveFix[]): readonly NaiveFix[] {
  const folder = `${feeds}/cdn.amazonlinux.com/2/extras`;
  const ofCore = new Set(core.map(({ name }) => name));
  return readdirSync(folder).flatMap((topic) => {
    const line = /(\d[\d.]*?)(?:\.x)?$/.exec(topic)?.[1];
    return readRepository(`${folder}/${topic}/snapshot/x86_64`).flatMap((fix): readonly NaiveFix[] => {
      const [epoch = '', version = ''] = /^(?:\d+:)?/.exec(fix.fixed)?.[0] === '' ? ['', fix.fixed] : fix.fixed.split(/(?<=:)/, 2);
      if (line !== undefined && (version.startsWith(`${line}.`) || version.startsWith(`${line}-`))) {
        return [{ ...fix, introduced: `${epoch}${line}` }];
      }
      // What both have is left to the tests of the rule: it is not calculated a second time here.
      const isShared = ofCore.has(fix.name) && !fix.name.startsWith('kernel-livepatch-');
      return isShared || topic.startsWith('ruby') ? [] : [fix];
    });
  });
}

interface RockyRecord {
  readonly id: string;
  readonly summary: string;
  readonly related: readonly string[];
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges: readonly { readonly events: readonly { readonly fixed?: string }[] }[];
  }[];
}

function readRocky(feeds: string, release: string): readonly NaiveFix[] {
  return (readOsv(feeds, 'Rocky Linux') as readonly RockyRecord[]).flatMap(({ id, summary, related, affected }) => {
    if (!id.startsWith('RLSA')) return [];
    const cves = related.filter((each) => each.startsWith('CVE-'));
    const words = summary.split(/[\s,]+/).filter((word) => /^[\w.+-]+:[\w.+-]+$/.test(word));
    return affected.flatMap(({ package: of, ranges }) => {
      if (of.ecosystem !== `Rocky Linux:${release}`) return [];
      return ranges.flatMap(({ events }) =>
        events.flatMap(({ fixed }) => {
          if (fixed === undefined) return [];
          const modules = fixed.includes('.module+el') ? words : [''];
          return modules.map((module) => ({ advisory: id, cves, name: of.name, arch: 'x86_64', module, fixed }));
        }),
      );
    });
  });
}

it('the order that these proofs stand on is rpm’s own', () => {
  const pairs = [
    ['1:1.0-1', '2.0-1'],
    ['2.76-16.amzn2', '2.76^'],
    ['2.76^', '2.82-1'],
    ['5.10', '5.10.0-1.amzn2'],
  ] as const;
  expect(pairs.map(([a, b]) => naiveRpmCompare(a, b))).toEqual([1, -1, -1, -1]);
});
