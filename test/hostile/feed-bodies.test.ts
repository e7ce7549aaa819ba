import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { almaUpdaterSet } from '../../src/ecosystems/distro/alma/updater.ts';
import { amazonUpdaterSet } from '../../src/ecosystems/distro/amazon/updater.ts';
import { azurelinuxUpdaterSet } from '../../src/ecosystems/distro/azurelinux/updater.ts';
import { photonUpdaterSet } from '../../src/ecosystems/distro/photon/updater.ts';
import { rockyErrataUpdaterSet } from '../../src/ecosystems/distro/rocky/errata-updater.ts';
import { rockyUpdaterSet } from '../../src/ecosystems/distro/rocky/updater.ts';
import { wolfiUpdaterSet } from '../../src/ecosystems/distro/wolfi/updater.ts';
import { writeBundle } from '../../src/families/feed-bundle.ts';
import { writeZip } from '../../src/testing/zip-writer.ts';
import { endless, mutations, readFeed, type FeedForm } from '../support/hostile-feeds.ts';

interface Sample extends FeedForm {
  readonly bytes: Uint8Array;
  /** Whether a checksum stands over all that counts: then a changed body is refused or tells the same. */
  readonly isSealed?: true;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const updateinfo =
  '<updates><update type="security"><id>ALAS-1</id><title>t</title><issued date="2022-06-06 17:58"/><severity>low</severity>' +
  '<references><reference type="cve" id="CVE-2022-0001" href="https://example.test/"/></references><pkglist><collection><module name="m" stream="1"/>' +
  '<package name="a" epoch="1" version="2.0" release="1.el9" arch="x86_64"/></collection></pkglist></update></updates>';

const almaErrata = JSON.stringify({
  data: [
    {
      id: 'ALSA-2024:1',
      type: 'security',
      severity: 'Low',
      issued_date: 1_700_000_000,
      references: [{ type: 'cve', id: 'CVE-2024-0001', href: 'https://example.test/' }],
      packages: [{ name: 'a', epoch: '1', version: '2.0', release: '1.el9', arch: 'x86_64', module: 'm:1:2:c:x86_64' }],
    },
  ],
});

const rockyPage = JSON.stringify({
  advisories: [
    {
      name: 'RLSA-1',
      kind: 'Security',
      severity: 'Low',
      cves: [{ cve: 'CVE-2024-0001' }],
      packages: [{ nevra: 'a-1:2.0-1.el9.x86_64.rpm', product_name: 'Rocky Linux 9 x86_64', module_name: 'm', module_stream: '1' }],
    },
  ],
});

const osvRecord = JSON.stringify({
  id: 'RLSA-2024:1',
  summary: 'Low: m:1 update',
  related: ['CVE-2024-0001'],
  affected: [
    {
      package: { ecosystem: 'Rocky Linux:9', name: 'a' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0:2.0-1.module+el9' }] }],
      versions: ['1.0-1'],
    },
  ],
});

const oval = (platform: string): string =>
  `<oval_definitions><definitions><definition id="d:1"><metadata><title>t</title><affected><platform>${platform}</platform></affected>` +
  '<reference source="CVE" ref_id="CVE-2024-0001"/><patchable>true</patchable><severity>Low</severity><advisory><cve>CVE-2024-0001</cve></advisory>' +
  '</metadata><criteria operator="AND"><criterion comment="a is earlier than 2" test_ref="t:1"/></criteria></definition></definitions>' +
  '<tests><rpminfo_test id="t:1"><object object_ref="o:1"/><state state_ref="s:1"/></rpminfo_test></tests>' +
  '<objects><rpminfo_object id="o:1"><name>a</name></rpminfo_object></objects>' +
  '<states><rpminfo_state id="s:1"><evr operation="less than">0:2.0-1</evr></rpminfo_state></states></oval_definitions>';

const bundle = async (): Promise<Uint8Array> =>
  Buffer.concat(
    await Array.fromAsync(
      writeBundle(
        (async function* () {
          yield {
            name: 'core',
            body: (async function* () {
              yield gzipSync(updateinfo);
            })(),
          };
        })(),
      ),
    ),
  );

const samples: Readonly<Record<string, Sample>> = {
  'updates of Amazon': { set: amazonUpdaterSet, namespace: 'amazon:2', bytes: utf8(updateinfo) },
  'compressed updates of Amazon': { set: amazonUpdaterSet, namespace: 'amazon:2', bytes: gzipSync(updateinfo), isSealed: true },
  'a bundle of updates': { set: amazonUpdaterSet, namespace: 'amazon:2', bytes: await bundle() },
  'errata of AlmaLinux': { set: almaUpdaterSet, namespace: 'alma:9', bytes: utf8(almaErrata) },
  'errata of Rocky': { set: rockyErrataUpdaterSet, namespace: 'rocky:9', bytes: utf8(rockyPage) },
  'OSV of Rocky': { set: rockyUpdaterSet, namespace: 'rocky:9', bytes: writeZip([{ name: 'RLSA-2024:1.json', content: osvRecord }]) },
  'OVAL of Azure Linux': { set: azurelinuxUpdaterSet, namespace: 'azurelinux:3.0', bytes: utf8(oval('Azure Linux')) },
  'OVAL of Photon': { set: photonUpdaterSet, namespace: 'photon:5.0', bytes: gzipSync(oval('Photon 5')), isSealed: true },
  'secdb of Wolfi': {
    set: wolfiUpdaterSet,
    namespace: 'wolfi:rolling',
    bytes: utf8(readFileSync('src/ecosystems/distro/wolfi/fixtures/security.json', 'utf8').trim()),
  },
};

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const counts = isFull ? { mutants: 11_200, cuts: Infinity } : { mutants: 30, cuts: 12 };
const seed = Number(process.env['CLAIRCORE_SEED'] ?? 1);
const MiB = 1024 * 1024;

describe.each(Object.entries(samples))('%s', (_, sample) => {
  it('is told whole', async () => {
    const whole = await readFeed(sample, [sample.bytes]);
    expect(whole).toMatchObject({ kind: 'told' });
    expect(whole.kind === 'told' ? whole.advisories.flatMap(({ rows }) => rows).length : 0).toBeGreaterThan(0);
  });

  it('cut anywhere is refused as cut', { timeout: 600_000 }, async () => {
    const step = Math.max(1, Math.floor(sample.bytes.length / counts.cuts));
    for (let length = 0; length < sample.bytes.length; length += step) {
      const end = await readFeed(sample, [sample.bytes.subarray(0, length)]);
      expect([length, end]).toEqual([length, expect.objectContaining({ kind: 'refused', of: 'feed' })]);
    }
  });

  it('changed anywhere is refused with a code or told, and what has a checksum is not told otherwise', { timeout: 600_000 }, async () => {
    const whole = await readFeed(sample, [sample.bytes]);
    const ends = new Map<string, number>();
    for (const changed of mutations(sample.bytes, counts.mutants, seed)) {
      const end = await readFeed(sample, [changed]);
      if (end.kind === 'foreign') expect.unreachable(`${Buffer.from(changed).toString('base64')}: ${String(end.error)}`);
      if (end.kind === 'refused') expect(['feed', 'limit']).toContain(end.of);
      if (end.kind === 'told' && sample.isSealed) expect(end).toEqual(whole);
      ends.set(end.kind, (ends.get(end.kind) ?? 0) + 1);
    }
    expect(ends.get('refused')).toBeGreaterThan(0);
  });
});

describe('a feed without end', () => {
  const { set, namespace } = samples['updates of Amazon'] ?? expect.fail();
  const amazon = { set, namespace };
  const alma = { set: almaUpdaterSet, namespace: 'alma:9' };
  const rocky = { set: rockyErrataUpdaterSet, namespace: 'rocky:9' };
  const wolfi = { set: wolfiUpdaterSet, namespace: 'wolfi:rolling' };
  const oneUpdate = '<updates><update><id>A</id><pkglist><collection>';

  // Bytes until it is refused; those that take a while are for full runs.
  const cases: readonly (readonly [string, FeedForm, Generator<Uint8Array>, number, boolean])[] = [
    ['elements in elements', amazon, endless('<updates>', '<update>'), MiB, false],
    ['lists in lists', alma, endless('{"data":[', '['), MiB, false],
    ['objects in objects', rocky, endless('{"advisories":[', '{"a":'), MiB, false],
    ['a tag', amazon, endless('<updates><update type="', 'a'), 16 * MiB, true],
    ['a text', amazon, endless('<updates><update><id>', 'a'), 32 * MiB, true],
    ['packages of one update', amazon, endless(oneUpdate, '<package name="a" version="1" release="1"/>'), 64 * MiB, true],
    ['texts of one update', amazon, endless('<updates><update>', `<id>${'a'.repeat(1000)}</id>`), 64 * MiB, true],
    ['a string', alma, endless('{"data":["', 'a'), 64 * MiB, true],
    ['packages of one erratum', alma, endless('{"data":[{"packages":[', '{"name":"a"},'), 64 * MiB, true],
    ['a number', rocky, endless('{"advisories":[', '1'), 64 * MiB, true],
    ['a name', rocky, endless('{"', 'a'), 128 * MiB, true],
    ['ids of one fix', wolfi, endless('{"packages":[{"pkg":{"name":"a","secfixes":{"1":[', '"CVE-2024-0001",'), 128 * MiB, true],
    [
      'fixes',
      wolfi,
      endless('{"packages":[', `{"pkg":{"name":"a","secfixes":{"1":[${'"CVE-2024-0001",'.repeat(999)}"XSA-1"]}}},`),
      128 * MiB,
      true,
    ],
  ];

  it.each(isFull ? cases : cases.filter(([, , , , isLong]) => !isLong))(
    '%s: is refused before much of it was read',
    { timeout: 120_000 },
    async (_, form, body, most) => {
      let read = 0;
      const end = await readFeed(form, body, (bytes) => {
        read = bytes;
        if (bytes > most) expect.unreachable(`${bytes} bytes were read`);
      });
      expect(end).toMatchObject({ kind: 'refused' });
      expect(read).toBeLessThanOrEqual(most);
    },
  );
});
