import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dpkgIsBelow } from '../support/deb-root.ts';
import { serveFeeds } from '../support/feed-host.ts';
import { naiveDebCompare } from '../support/naive-deb.ts';
import { findings, scanReport } from '../support/report.ts';
import { hasTool, materialiseFeeds, missing, scratchDirectory } from '../support/shared-data.ts';
import { affectedBy, readTracker, trackerHost, type Tracker } from '../support/tracker.ts';

interface Generated {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly sourceVersion: string;
  readonly status: string;
  readonly present: boolean;
}

const release = 'bookworm';
const installed = 'install ok installed';

/** Ways to lie just above a version, in turn. */
const above = ['+b1', '+deb12u1', '.1', '+really1'] as const;

/** Three binaries for each source with a fix: its source version just below, at and just above; the binary's own version orders the other way. */
function aroundFixes(tracker: Tracker, rows: number): Generated[] {
  const fixes = Object.entries(tracker).flatMap(([source, advisories]) => {
    const versions = Object.values(advisories).flatMap(({ releases }) => {
      const fixed = releases[release]?.status === 'resolved' ? releases[release].fixed_version : undefined;
      return fixed === undefined || fixed === '0' ? [] : [fixed];
    });
    const newest = versions.sort(naiveDebCompare).at(-1);
    return newest === undefined ? [] : [{ source, fixed: newest }];
  });
  return fixes.slice(0, rows).flatMap(({ source, fixed }, index) => {
    const epoch = /^(\d+):/.exec(fixed)?.[1];
    const higherEpoch = `${Number(epoch ?? 0) + 1}:0.1`;
    const aboveFix = index % 10 === 0 ? higherEpoch : `${fixed}${above[index % above.length]}`;
    const binary = (suffix: string, version: string, sourceVersion: string): Generated => ({
      name: `${source}-${suffix}`,
      version,
      source,
      sourceVersion,
      status: installed,
      present: true,
    });
    return [binary('below', '99:9', `${fixed}~`), binary('at', '0~1', fixed), binary('above', '0~2', aboveFix)];
  });
}

/** One binary for every state that dpkg knows, all of a source that is affected at any version below its fix. */
function everyStatus(source: string, sourceVersion: string): Generated[] {
  const states: readonly (readonly [string, boolean])[] = [
    ['hold ok installed', true],
    ['install ok unpacked', true],
    ['install ok half-configured', true],
    ['install ok triggers-awaited', true],
    ['install ok triggers-pending', true],
    ['install reinstreq half-installed', true],
    ['deinstall ok config-files', false],
    ['purge ok not-installed', false],
  ];
  return states.map(([status, present], index) => ({ name: `status-${index}`, version: '1', source, sourceVersion, status, present }));
}

function writeRoot(root: string, packages: readonly Generated[]): void {
  mkdirSync(`${root}/etc`, { recursive: true });
  mkdirSync(`${root}/var/lib/dpkg`, { recursive: true });
  writeFileSync(
    `${root}/etc/os-release`,
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n',
  );
  const paragraphs = packages.map(
    ({ name, version, source, sourceVersion, status }) =>
      `Package: ${name}\nStatus: ${status}\nArchitecture: amd64\nSource: ${source} (${sourceVersion})\nVersion: ${version}\nDescription: made for a test\n a second line\n`,
  );
  writeFileSync(`${root}/var/lib/dpkg/status`, `${paragraphs.join('\n')}\n`);
}

const skip = missing('data/materialise.py');
/** A process of dpkg for each pair takes most of the time. */
const rows = process.env['CLAIRCORE_FULL'] === undefined ? 250 : 1000;

describe.skipIf(skip !== undefined)(
  `a Debian root file system made around the fixes of the real tracker${skip === undefined ? '' : ` (skipped: ${skip})`}`,
  () => {
    it('is judged by the source version, comparison by comparison as dpkg does', { timeout: 120_000 }, async () => {
      using scratch = scratchDirectory();
      materialiseFeeds(`${scratch.path}/feeds`, trackerHost);
      const tracker = readTracker(`${scratch.path}/feeds`);
      const around = aroundFixes(tracker, rows);
      expect(around).toHaveLength(3 * rows);
      const [first, , , second] = around;
      if (first === undefined || second === undefined) throw new Error('the tracker has no fixes');
      // A binary that has the name of another source is still judged by its own.
      const namesake: Generated = { ...second, name: first.source, version: '0~3' };
      const packages = [...around, ...everyStatus(first.source, first.sourceVersion), namesake];
      writeRoot(`${scratch.path}/root`, packages);

      await using host = await serveFeeds(`${scratch.path}/feeds`);
      const report = await scanReport([`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`, '--feed-mirror', host.url]);

      const expected = packages
        .filter(({ present }) => present)
        .flatMap(({ name, version, source, sourceVersion }) =>
          affectedBy(tracker, release, source, sourceVersion, (a, b) => naiveDebCompare(a, b) < 0).map(
            (cve) => `${name} ${version} ${cve}`,
          ),
        );
      expect(findings(report)).toEqual(expected.sort());

      const decided = report.verdicts.flatMap(({ status, evidence }) => {
        const [left, right] = evidence.comparison?.split(' < ') ?? [];
        return status === 'affected' && left !== undefined && right !== undefined ? [[left, right] as const] : [];
      });
      expect(decided.length).toBeGreaterThanOrEqual(rows / 2);
      expect(report.diagnostics.filter(({ code }) => code === 'PACKAGE_HALF_INSTALLED')).toHaveLength(1);

      if (!hasTool('dpkg')) return;
      const pairs = around.map(({ source, sourceVersion }) => {
        const newest = Object.values(tracker[source] ?? {})
          .flatMap(({ releases }) => releases[release]?.fixed_version ?? [])
          .sort(naiveDebCompare)
          .at(-1);
        return [sourceVersion, newest ?? ''] as const;
      });
      const truth = dpkgIsBelow(pairs);
      expect(truth.filter(Boolean).length).toBeGreaterThanOrEqual(rows / 2);
      const affectedNames = new Set(
        report.verdicts
          .filter(({ status, evidence }) => status === 'affected' && evidence.comparison !== undefined)
          .map(({ package_id, evidence }) => `${report.packages[package_id]?.name} ${evidence.comparison}`),
      );
      around.forEach(({ name }, index) => {
        const [version, fixed] = pairs[index] ?? ['', ''];
        expect([name, affectedNames.has(`${name} ${version} < ${fixed}`)]).toEqual([name, truth[index]]);
      });
    });
  },
);
