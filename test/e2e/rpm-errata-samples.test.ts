import { createReadStream, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory, Updater, UpdaterSet } from '../../src/contracts/index.ts';
import { almaUpdaterSet } from '../../src/ecosystems/distro/alma/updater.ts';
import { amazonUpdaterSet } from '../../src/ecosystems/distro/amazon/updater.ts';
import { rockyErrataUpdaterSet } from '../../src/ecosystems/distro/rocky/errata-updater.ts';
import { rockyUpdaterSet } from '../../src/ecosystems/distro/rocky/updater.ts';
import { parseRepositories } from '../../src/families/updateinfo/index.ts';
import { readRepomd } from '../../src/formats/updateinfo/index.ts';
import { collect, FakeFeedClient } from '../../src/testing/index.ts';
import { missingSamples, unpackSamples } from '../support/native-samples.ts';
import { scratchDirectory } from '../support/shared-data.ts';

async function updaterOf(set: UpdaterSet, namespace: string): Promise<Updater> {
  const [updater] = await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
  return updater ?? expect.fail(namespace);
}

async function parse(set: UpdaterSet, namespace: string, path: string): Promise<readonly Advisory[]> {
  return collect((await updaterOf(set, namespace)).parse(createReadStream(path)));
}

const namesOf = (advisories: readonly Advisory[]): readonly string[] => advisories.map(({ part, name }) => `${part} ${name}`);

const said = missingSamples === undefined ? '' : ` (skipped: ${missingSamples})`;

describe.skipIf(missingSamples !== undefined)(`feeds in the bytes of their vendors${said}`, () => {
  // Numbers of updates and of distinct CVE references: xml.etree of python over the same files.
  it('Amazon Linux', async () => {
    using scratch = scratchDirectory();
    const folder = `${unpackSamples(scratch.path, 'amazon')}/amazon`;
    const counts = {
      '1': ['amazon:1', 1],
      '2': ['amazon:2', 2],
      '2022': ['amazon:2022', 4],
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
    const folder = `${unpackSamples(scratch.path, 'alma/errata')}/alma/errata`;
    const found = await parse(almaUpdaterSet, 'alma:8', `${folder}/errata.full.json`);
    // The other erratum of the file, ALBA-2021:3049, is about a bug.
    expect(new Set(found.map(({ part }) => part))).toEqual(new Set(['ALSA-2019:3708']));
    const modules = found.flatMap(({ rows }) => rows.map((row) => row.package.module));
    expect(new Set(modules)).toEqual(new Set(['mariadb:10.3', 'mariadb-devel:10.3', 'mariadb:10.5']));
    await expect(parse(almaUpdaterSet, 'alma:8', `${folder}/invalid.json`)).rejects.toMatchObject({ kind: 'feed' });
  });

  it('Rocky Linux, out of OSV and as errata', async () => {
    using scratch = scratchDirectory();
    const folder = `${unpackSamples(scratch.path, 'rocky/errata', 'rocky/osv')}/rocky`;
    // The other record, RXSA-2023:0101, is of a special interest group.
    expect(namesOf(await parse(rockyUpdaterSet, 'rocky:9', `${folder}/osv/all.zip`))).toEqual(['RLSA-2023:0005 CVE-2022-42920']);
    expect(namesOf(await parse(rockyErrataUpdaterSet, 'rocky:10', `${folder}/errata/happy/page1.json`))).toEqual([
      'RLSA-2025:21816 10 CVE-2025-58183',
    ]);
    expect(readFileSync(`${folder}/errata/happy/page2.json`, 'utf8')).toContain('RLBA-2019:0973');
    expect(await parse(rockyErrataUpdaterSet, 'rocky:8', `${folder}/errata/happy/page2.json`)).toEqual([]);
  });

  it('repositories of AlmaLinux and Rocky Linux, as what any rpm repository has', async () => {
    using scratch = scratchDirectory();
    const samples = unpackSamples(scratch.path, 'alma/updateinfo', 'rocky/updateinfo');
    const read = async (path: string): Promise<readonly string[]> => {
      const reading = {
        updater: 'u',
        namespace: { key: 'kin:9', scheme: 'rpm' },
        soleRepository: 'BaseOS',
        pageOf: (id: string) => `https://example.test/${id}`,
      };
      const found = await collect(parseRepositories(createReadStream(path), reading));
      return found.map(({ part, name }) => `${part} ${name}`);
    };
    const found: string[] = [];
    for (const path of globSync(`${samples}/*/updateinfo/**/*updateinfo.xml.gz`).sort()) {
      // A comment follows the document there, and its checksum is wrong: only who reads on to the end sees it.
      if (path.includes('corrupt')) await expect(read(path)).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
      else found.push(...(await read(path)));
    }
    // By xml.etree of python: one CVE each, or none where the update has an odd id; two updates are about bugs, one has no packages.
    expect(found.map((line) => line.split(' ')[0]).sort()).toEqual([
      'ALSA-2022:4940',
      'ALSA-2023:7549',
      'NOT-A-VALID-ADVISORY-ID',
      'RLSA-2022:1234',
      'RLSA-2022:7513',
      'RLSA-2023:3820',
    ]);
  });
});
