import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serveFeeds } from '../support/feed-host.ts';
import { naiveDebCompare } from '../support/naive-deb.ts';
import { findings, places, scanReport } from '../support/report.ts';
import { materialiseFeeds, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';
import { affectedBy, readTracker, trackerHost } from '../support/tracker.ts';

const image = 'fixtures/images/app-bookworm.slim.oci.tar';
const skip = missing(image, 'data/materialise.py');

describe.skipIf(skip !== undefined)(`a real Debian 12 image of eight layers${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it('lists what dpkg and npm list, and finds what an independent calculation over the tracker finds', async () => {
    using scratch = scratchDirectory();
    materialiseFeeds(`${scratch.path}/feeds`, trackerHost);
    await using host = await serveFeeds(`${scratch.path}/feeds`);
    const report = await scanReport([sharedPath(image), '--db', `${scratch.path}/c.db`, '--feed-mirror', host.url]);

    const installed = readFileSync(sharedPath('fixtures/images/app-bookworm.dpkg.tsv'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([, name = '', version = '', arch = '', source = '', sourceVersion = '']) => ({ name, version, arch, source, sourceVersion }));
    const listed = Object.values(report.packages)
      .filter(({ name, version }) => installed.some((entry) => entry.name === name && entry.version === version))
      .map(({ name, version, arch, source }) => [name, version, arch, source.name, source.version].join(' '));
    expect(listed.sort()).toEqual(installed.map((entry) => Object.values(entry).join(' ')).sort());
    expect(places(report, (path) => path === 'var/lib/dpkg/status')).toHaveLength(installed.length);

    const npm = readFileSync(sharedPath('fixtures/images/app-bookworm.npm.txt'), 'utf8').trimEnd().split('\n').sort();
    expect(places(report, (path) => path.includes('node_modules/') && path.endsWith('/package.json'))).toEqual(npm);

    const tracker = readTracker(`${scratch.path}/feeds`);
    const expected = installed.flatMap(({ name, version, source, sourceVersion }) =>
      affectedBy(tracker, 'bookworm', source, sourceVersion, (a, b) => naiveDebCompare(a, b) < 0).map((cve) => `${name} ${version} ${cve}`),
    );
    expect(findings(report)).toEqual(expected.sort());
    // Counted by hand over the same files.
    expect(expected).toHaveLength(215);
    expect(report.coverage.complete).toBe(false);
    expect(report.verdicts.filter(({ reason }) => reason === 'feed-failed').length).toBeGreaterThan(0);
  });
});

describe.skipIf(skip !== undefined)('real images and their truth', () => {
  it.each([
    ['large', 1199, 2904],
    ['distroless-bookworm', 0, 0],
    ['apk', 0, 0],
  ] as const)('%s gives its truth file', async (name, dpkgCount, npmCount) => {
    using scratch = scratchDirectory();
    const report = await scanReport([sharedPath(`fixtures/images/${name}.slim.oci.tar`), '--db', `${scratch.path}/c.db`, '--offline']);
    const truth = (file: string): string[][] =>
      readFileSync(sharedPath(`fixtures/images/${file}`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
    if (name === 'large') {
      const dpkg = places(report, (path) => path === 'var/lib/dpkg/status');
      expect(dpkg).toEqual(
        truth('large.dpkg.tsv')
          .map(([, packageName, version]) => `${packageName}@${version}\t/var/lib/dpkg/status`)
          .sort(),
      );
      expect(dpkg).toHaveLength(dpkgCount);
      const npm = places(report, (path) => path.includes('node_modules/') && path.endsWith('/package.json'));
      expect(npm).toEqual(
        truth('large.npm.txt')
          .map((fields) => fields.join('\t'))
          .sort(),
      );
      expect(npm).toHaveLength(npmCount);
      return;
    }
    const kind = name === 'apk' ? 'apk' : 'dpkg';
    const listed = Object.values(report.packages).map(({ name: packageName, version }) => `${packageName} ${version}`);
    expect(listed.sort()).toEqual(
      truth(`${name}.${kind}.tsv`)
        .map(([packageName, version]) => `${packageName} ${version}`)
        .sort(),
    );
  });
});
