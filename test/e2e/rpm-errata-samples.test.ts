import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory, Updater, UpdaterSet } from '../../src/contracts/index.ts';
import { almaUpdaterSet } from '../../src/ecosystems/distro/alma/updater.ts';
import { amazonUpdaterSet } from '../../src/ecosystems/distro/amazon/updater.ts';
import { rockyErrataUpdaterSet } from '../../src/ecosystems/distro/rocky/errata-updater.ts';
import { rockyUpdaterSet } from '../../src/ecosystems/distro/rocky/updater.ts';
import { readRepomd } from '../../src/formats/updateinfo/index.ts';
import { collect, FakeFeedClient } from '../../src/testing/index.ts';
import { missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

const archive = 'data/native-samples/native-samples.tar.zst';
const skip = missing(archive);

/** Unpacks some of the samples: small files in the very bytes of their vendors. */
function unpack(into: string, ...folders: readonly string[]): void {
  const script = 'zstd -dcq --long=27 "$0" | tar x -C "$1" --wildcards "${@:2}"';
  execFileSync('bash', ['-c', script, sharedPath(archive), into, ...folders.map((folder) => `vuls-data-update/${folder}/*`)]);
}

async function updaterOf(set: UpdaterSet, namespace: string): Promise<Updater> {
  const [updater] = await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
  return updater ?? expect.fail(namespace);
}

async function parse(set: UpdaterSet, namespace: string, path: string): Promise<readonly Advisory[]> {
  return collect((await updaterOf(set, namespace)).parse(createReadStream(path)));
}

const namesOf = (advisories: readonly Advisory[]): readonly string[] => advisories.map(({ part, name }) => `${part} ${name}`);

describe.skipIf(skip !== undefined)(`feeds in the bytes of their vendors${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  // Numbers of updates and of distinct CVE references: xml.etree of python over the same files.
  it('Amazon Linux', async () => {
    using scratch = scratchDirectory();
    unpack(scratch.path, 'amazon');
    const folder = `${scratch.path}/vuls-data-update/amazon`;
    const counts = {
      '1': ['amazon:1', 1],
      '2': ['amazon:2', 2],
      '2023': ['amazon:2023', 2],
      '2023_kernel-livepatch': ['amazon:2023', 1],
      '2023_nvidia': ['amazon:2023', 1],
      '2_kernel-5.15': ['amazon:2', 13],
    } as const;
    for (const [file, [namespace, advisories]] of Object.entries(counts)) {
      const found = await parse(amazonUpdaterSet, namespace, `${folder}/updateinfo_${file}.xml.gz`);
      expect([file, found.length]).toEqual([file, advisories]);
      for (const { rows, issued, normalizedSeverity } of found) {
        expect(rows.length).toBeGreaterThan(0);
        expect(new Date(issued).getFullYear()).toBeGreaterThan(2010);
        expect(normalizedSeverity).not.toBe('Unknown');
      }
    }
    await expect(parse(amazonUpdaterSet, 'amazon:2', `${folder}/updateinfo_invalid_xml.xml.gz`)).rejects.toMatchObject({ kind: 'feed' });
    // That of a wrong name is whole, and told by its bytes.
    expect(namesOf(await parse(amazonUpdaterSet, 'amazon:1', `${folder}/updateinfo_invalid_gzip.xml.gz`))).toEqual([
      'ALAS-2011-1 CVE-2011-3192',
    ]);
    const repomd = async (name: string): Promise<unknown> =>
      (await readRepomd(createReadStream(`${folder}/repomd_${name}.xml`))).find(({ type }) => type === 'updateinfo')?.location;
    expect([await repomd('valid'), await repomd('noupdateinfo'), await repomd('invalid')]).toEqual([
      'repodata/updateinfo.xml.gz',
      undefined,
      undefined,
    ]);
  });

  it('AlmaLinux', async () => {
    using scratch = scratchDirectory();
    unpack(scratch.path, 'alma/errata');
    const folder = `${scratch.path}/vuls-data-update/alma/errata`;
    const found = await parse(almaUpdaterSet, 'alma:8', `${folder}/errata.full.json`);
    // The other erratum of the file, ALBA-2021:3049, is about a bug.
    expect(new Set(found.map(({ part }) => part))).toEqual(new Set(['ALSA-2019:3708']));
    const modules = found.flatMap(({ rows }) => rows.map((row) => row.package.module));
    expect(new Set(modules)).toEqual(new Set(['mariadb:10.3', 'mariadb-devel:10.3', 'mariadb:10.5']));
    await expect(parse(almaUpdaterSet, 'alma:8', `${folder}/invalid.json`)).rejects.toMatchObject({ kind: 'feed' });
  });

  it('Rocky Linux, out of OSV and as errata', async () => {
    using scratch = scratchDirectory();
    unpack(scratch.path, 'rocky/errata', 'rocky/osv');
    const folder = `${scratch.path}/vuls-data-update/rocky`;
    // The other record, RXSA-2023:0101, is of a special interest group.
    expect(namesOf(await parse(rockyUpdaterSet, 'rocky:9', `${folder}/osv/all.zip`))).toEqual(['RLSA-2023:0005 CVE-2022-42920']);
    expect(namesOf(await parse(rockyErrataUpdaterSet, 'rocky:10', `${folder}/errata/happy/page1.json`))).toEqual([
      'RLSA-2025:21816 10 CVE-2025-58183',
    ]);
    expect(readFileSync(`${folder}/errata/happy/page2.json`, 'utf8')).toContain('RLBA-2019:0973');
    expect(await parse(rockyErrataUpdaterSet, 'rocky:8', `${folder}/errata/happy/page2.json`)).toEqual([]);
  });
});
