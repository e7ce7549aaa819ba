import { rpmHeader, writeRpmNdb, writeRpmSqlite } from '../../src/testing/index.ts';
import { writeFeed } from './feed-mirror.ts';
import { scanReport, type ReportJson } from './report.ts';
import type { BenchPackage } from './rpm-bench.ts';

export interface RpmRoot {
  readonly osRelease: string;
  readonly packages: readonly BenchPackage[];
  readonly database: 'sqlite' | 'ndb';
}

/** A root file system with a release file and a database of rpm. */
export function writeRpmRoot(root: string, { osRelease, packages, database }: RpmRoot): void {
  const headers = packages.map(({ name, evr, arch, module, source = { name, evr } }) => {
    const [, epoch, version = '', release = ''] = /^(?:(\d+):)?([^-]*)-(.*)$/.exec(evr) ?? [];
    return rpmHeader({
      name,
      version,
      release,
      arch,
      sourceRpm: `${source.name}-${source.evr.replace(/^\d+:/, '')}.src.rpm`,
      ...(epoch !== undefined && { epoch: Number(epoch) }),
      ...(module !== '' && { modularityLabel: `${module}:8030020:abcdef` }),
    });
  });
  writeFeed(root, 'etc/os-release', osRelease);
  if (database === 'sqlite') writeFeed(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite', writeRpmSqlite(headers));
  else writeFeed(root, 'usr/lib/sysimage/rpm/Packages.db', writeRpmNdb(headers));
}

/** Scans it against the feeds of a directory. */
export async function scanRpmRoot(scratch: string, root: RpmRoot, ...options: readonly string[]): Promise<ReportJson> {
  writeRpmRoot(`${scratch}/root`, root);
  return scanReport([`dir:${scratch}/root`, '--db', `${scratch}/c.db`, '--feed-mirror', `${scratch}/feeds`, ...options]);
}

/** Pairs (installed, bound) that were compared to reach a verdict, the lower one first. */
export function decidedPairs({ verdicts }: ReportJson): readonly (readonly [string, string])[] {
  return verdicts.flatMap(({ status, evidence }) => {
    // `installed < fixed`, or `introduced <= installed < fixed`
    const [, left, right] = /(\S+) <=? (\S+)$/.exec(evidence.comparison ?? '') ?? [];
    return status === 'affected' && left !== undefined && right !== undefined ? [[left, right] as const] : [];
  });
}
