// npm packages of real images: what is found in them is what an independent calculation over OSV's own records finds, pair by pair.
import { readFileSync } from 'node:fs';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { scanImage } from '../support/library.ts';
import { naiveFindings, recordsByPackage, type Installed, type NaiveOsv, type RawOsvRecord } from '../support/naive-osv.ts';
import { materialiseOsv, readOsv } from '../support/osv-bucket.ts';
import { verdictsOf } from '../support/report.ts';
import { missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

const npm: NaiveOsv = {
  ecosystem: 'npm',
  order: (a, b) => (semver.valid(a, { loose: true }) && semver.valid(b, { loose: true }) ? semver.compareLoose(a, b) : undefined),
};

/** The image's own listing of what is installed; what lies below usr/share/nodejs are files of Debian's packages. */
function truth(image: string): readonly (Installed & { readonly isOwned: boolean })[] {
  const lines = readFileSync(sharedPath(`fixtures/images/${image}.npm.txt`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [, name = '', version = '', path = ''] = /^(.+)@([^@\t]+)\t(.+)$/.exec(line) ?? [];
    return { name, version, isOwned: path.startsWith('/usr/share/nodejs/') };
  });
}

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const images = [
  // How much there is to be found: two empty answers would agree, too.
  { image: 'app-bookworm', packages: 20, findings: 47 },
  { image: 'large', packages: 48, findings: 79 },
];
const skip = missing('data/osv/npm.tar.zst', ...images.map(({ image }) => `fixtures/images/${image}.slim.oci.tar`));

describe.skipIf(skip !== undefined)(`npm packages of real images${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.each(isFull ? images : images.slice(0, 1))('$image', { timeout: 120_000 }, async ({ image, ...counted }) => {
    using scratch = scratchDirectory();
    const installed = truth(image);
    // The whole feed in full runs; else all that it says of what is installed, for it is the larger part of the time.
    materialiseOsv(scratch.path, 'npm', isFull ? new Set() : new Set(installed.map(({ name }) => name)));
    const byPackage = recordsByPackage(readOsv(scratch.path, 'npm') as readonly RawOsvRecord[], npm);
    const expected = installed
      .filter(({ isOwned }) => !isOwned)
      .flatMap((each) => (naiveFindings(byPackage, each, npm) ?? ['unsure']).map((found) => `${each.name} ${each.version} ${found}`));

    const { report } = await scanImage(sharedPath(`fixtures/images/${image}.slim.oci.tar`), {
      db: `${scratch.path}/c.db`,
      mirror: scratch.path,
    });
    const said = verdictsOf(report, 'npm');
    expect(said.affected).toEqual([...new Set(expected)].sort());
    expect(said.unknown).toEqual([]);
    const packages = new Set(said.affected.map((each) => each.replace(/ [^ ]+$/, '')));
    expect({ packages: packages.size, findings: said.affected.length }).toEqual(counted);
  });
});
