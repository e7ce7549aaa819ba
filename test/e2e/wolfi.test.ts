import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { writeFeed } from '../support/feed-mirror.ts';
import { naiveApkCompare } from '../support/naive-apk.ts';
import { findings, scanReport } from '../support/report.ts';
import { missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

interface Secdb {
  readonly packages: readonly { readonly pkg: { readonly name: string; readonly secfixes: Readonly<Record<string, readonly string[]>> } }[];
}

interface Installed {
  readonly name: string;
  readonly origin: string;
  readonly version: string;
}

/** A binary package of another name for each fix of the document, just below it, at it and just above. */
function around({ packages }: Secdb): readonly Installed[] {
  return packages.flatMap(({ pkg }) =>
    Object.keys(pkg.secfixes)
      .filter((fixed) => fixed !== '0')
      .flatMap((fixed, index) => {
        const [, version = '', revision = ''] = /^(.*)-r(\d+)$/.exec(fixed) ?? [];
        const revisions = [`_rc1-r${revision}`, `-r${revision}`, `-r${Number(revision) + 1}`];
        return revisions.map((suffix, at) => ({
          name: `${pkg.name}-part${index}-${at}`,
          origin: pkg.name,
          version: `${version}${suffix}`,
        }));
      }),
  );
}

function expectedFindings({ packages }: Secdb, installed: readonly Installed[]): readonly string[] {
  const fixes = packages.flatMap(({ pkg }) =>
    Object.entries(pkg.secfixes).flatMap(([fixed, ids]) => ids.map((id) => ({ name: pkg.name, fixed, id }))),
  );
  return installed
    .flatMap(({ name, origin, version }) =>
      fixes
        .filter((fix) => fix.name === origin && fix.fixed !== '0' && naiveApkCompare(version, fix.fixed) < 0)
        .map(({ id }) => `${name} ${version} ${id}`),
    )
    .sort();
}

function writeRoot(root: string, osRelease: string, installed: readonly Installed[]): void {
  const entries = installed.map(({ name, origin, version }) => `P:${name}\nV:${version}\nA:x86_64\no:${origin}\n`);
  writeFeed(root, 'etc/os-release', osRelease);
  writeFeed(root, 'usr/lib/apk/db/installed', `${entries.join('\n')}\n`);
}

function sample(path: string): string {
  const command = `zstd -dcq --long=27 '${sharedPath('data/native-samples/native-samples.tar.zst')}' | tar xO --wildcards '*${path}'`;
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' });
}

const skip = missing('data/native-samples/native-samples.tar.zst');
const said = skip === undefined ? '' : ` (skipped: ${skip})`;

describe.skipIf(skip !== undefined)(`images made around the fixes of real security databases${said}`, () => {
  const cases = [
    ['wolfi', 'packages.wolfi.dev/os', '20230201', 2],
    ['chainguard', 'packages.cgr.dev/chainguard', '20230214', 0],
  ] as const;

  it.each(process.env['CLAIRCORE_FULL'] === undefined ? cases.slice(0, 1) : cases)('%s', async (id, folder, versionId, cleared) => {
    using scratch = scratchDirectory();
    const text = sample(`${id}/secdb/happy/security.json`);
    const document = JSON.parse(text) as Secdb;
    writeFeed(`${scratch.path}/feeds`, `${folder}/security.json`, text);
    const installed = around(document);
    const odd: Installed = { name: 'odd', origin: document.packages[0]?.pkg.name ?? '', version: 'no-version' };
    writeRoot(`${scratch.path}/root`, `ID=${id}\nVERSION_ID="${versionId}"\nNAME="${id}"\n`, [...installed, odd]);
    const args = [`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`];
    const report = await scanReport([...args, '--feed-mirror', `${scratch.path}/feeds`]);

    const expected = expectedFindings(document, installed);
    expect(expected.length).toBeGreaterThanOrEqual(150);
    expect(findings(report)).toEqual(expected);
    expect(report.coverage.feeds.map(({ updater, state }) => `${updater} ${state}`)).toEqual([`${id}-updater loaded`]);
    const count = (status: string): number => report.verdicts.filter((verdict) => verdict.status === status).length;
    // Each id whose fix is `0`, for every package of that source.
    const zeros = document.packages.flatMap(({ pkg }) => pkg.secfixes['0'] ?? []);
    expect(zeros.length > 0).toBe(cleared > 0);
    expect(count('not_affected')).toBe(zeros.length * (installed.length + 1));
    const unknown = report.verdicts.filter(({ status }) => status === 'unknown');
    expect(new Set(unknown.map(({ package_id, reason }) => `${report.packages[package_id]?.name} ${reason}`))).toEqual(
      new Set(['odd version-unparsable']),
    );
  });

  it('a package of an image whose feed is not loaded is unknown', async () => {
    using scratch = scratchDirectory();
    writeRoot(`${scratch.path}/root`, 'ID=wolfi\nVERSION_ID=20230201\n', [{ name: 'a', origin: 'a', version: '1-r0' }]);
    const report = await scanReport([`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`, '--offline']);
    expect(report.verdicts.map(({ status, reason }) => `${status} ${reason}`)).toEqual(['unknown feed-not-loaded']);
    expect(report.coverage.complete).toBe(false);
  });
});
