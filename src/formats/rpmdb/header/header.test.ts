import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRpmHeader, rpmHeader, type RpmHeaderEntry, type TestRpm } from '../../../testing/index.ts';
import { parseHeader, type HeaderValues } from './header-values.ts';
import { readOwnedFiles } from './owned-files.ts';
import { toRpmPackage, type RpmPackage } from './rpm-package.ts';
import { signingKey } from './signing-key.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 300);
const valuesOf = (blob: Uint8Array): HeaderValues => {
  const parsed = parseHeader(blob);
  return parsed.ok ? parsed.values : expect.fail(parsed.reason);
};
const packageOf = (blob: Uint8Array): RpmPackage => toRpmPackage(valuesOf(blob));
const demo: TestRpm = { name: 'demo', version: '1.0', release: '2' };
const filesOf = (blob: Uint8Array, left = 1e9): { readonly files: readonly string[]; readonly isCut: boolean } =>
  readOwnedFiles(valuesOf(blob), { left });
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('a header', () => {
  it.each([true, false])('says what its package is, with a signed region: %s', (region) => {
    const blob = rpmHeader(
      {
        ...demo,
        epoch: 3,
        arch: 'aarch64',
        sourceRpm: 'origin-1.0-2.src.rpm',
        modularityLabel: 'a:1:2:c',
        vendor: 'Nobody é',
        installTime: 1_234_567_890,
        payloadDigest: 'ab'.repeat(32),
      },
      { region },
    );
    expect(packageOf(blob)).toEqual({
      ...demo,
      epoch: 3,
      arch: 'aarch64',
      sourceRpm: 'origin-1.0-2.src.rpm',
      modularityLabel: 'a:1:2:c',
      vendor: 'Nobody é',
      installTime: 1_234_567_890,
      payloadDigest: `sha256:${'ab'.repeat(32)}`,
      signingKey: '',
      damaged: [],
    });
  });

  it('has no epoch where there is none, and 0 where it is 0', () => {
    expect(packageOf(rpmHeader(demo))).not.toHaveProperty('epoch');
    expect(packageOf(rpmHeader({ ...demo, epoch: 0 })).epoch).toBe(0);
    expect(packageOf(rpmHeader({ ...demo, epoch: 4_294_967_295 })).epoch).toBe(4_294_967_295);
  });

  it('is what was added on installation, where that has a value of its own', () => {
    const own: RpmHeaderEntry[] = [
      [1000, 'string', ['demo']],
      [1001, 'string', ['1']],
    ];
    expect(packageOf(encodeRpmHeader(own, [[1001, 'string', ['2']]]))).toMatchObject({ name: 'demo', version: '2' });
  });

  it('is read whatever the end of its region says', () => {
    const blob = rpmHeader(demo);
    const view = new DataView(blob.buffer);
    // The copy of the region's entry stands where the first entry leads to.
    const store = 8 + 16 * view.getUint32(0);
    for (let at = 0; at < 16; at += 4) view.setUint32(store + view.getUint32(16) + at, 0xffff_ffff);
    expect(packageOf(blob)).toMatchObject(demo);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'a header is shorter than its counts'],
    ['no entries', hex('00000000 00000000'), 'a header has no entries'],
    ['more entries than bytes', hex('00000002 00000000 000003e8 00000006 00000000 00000001'), 'a header is shorter than its counts say'],
    ['2 GiB of entries', hex('7fffffff 00000000'), 'a header is shorter than its counts say'],
    ['4 GiB of values', hex('00000001 ffffffff 000003e8 00000006 00000000 00000001'), 'a header is shorter than its counts say'],
  ])('of %s is none', (_, blob, reason) => {
    expect(parseHeader(blob)).toEqual({ ok: false, reason });
  });

  it.each<[string, Uint8Array, Partial<RpmPackage>]>([
    ['leads out', hex('00000001 00000004 000003e8 00000006 00000004 00000001 61620000'), { name: '', damaged: ['name'] }],
    ['leads far out', hex('00000001 00000004 000003e8 00000006 ffffffff 00000001 61620000'), { name: '', damaged: ['name'] }],
    ['has no end', hex('00000001 00000004 000003e8 00000006 00000000 00000001 61626364'), { name: '', damaged: ['name'] }],
    ['is of another type', hex('00000001 00000004 000003e8 00000004 00000000 00000001 61620000'), { name: '', damaged: [] }],
    ['is an epoch that leads out', hex('00000001 00000004 000003eb 00000004 00000001 00000001 61620000'), { damaged: ['epoch'] }],
    ['is an epoch without a number', hex('00000001 00000004 000003eb 00000004 00000000 00000000 61620000'), { damaged: [] }],
  ])('whose value %s says so', (_, blob, expected) => {
    expect(packageOf(blob)).toMatchObject(expected);
  });

  it('gives no text of more than 4 KiB', () => {
    expect(packageOf(rpmHeader({ ...demo, vendor: 'v'.repeat(4095) })).vendor).toHaveLength(4095);
    expect(packageOf(rpmHeader({ ...demo, vendor: 'v'.repeat(4096) }))).toMatchObject({ vendor: '', damaged: ['vendor'] });
  });

  it('of any bytes gives an answer', () => {
    const count = fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 0xffff_ffff }));
    const entry = fc.tuple(
      fc.constantFrom(63, 268, 1000, 1003, 1022, 1027, 1030, 1116, 1117, 1118, 5092, 5093),
      fc.nat({ max: 12 }),
      count,
      count,
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.uint8Array({ maxLength: 64 }), fc.boolean(), (entries, store, honest) => {
        const words = [honest ? entries.length : entries.length + 1, store.length, ...entries.flat()];
        const head = new Uint8Array(4 * words.length);
        words.forEach((word, index) => new DataView(head.buffer).setUint32(4 * index, word));
        const parsed = parseHeader(new Uint8Array([...head, ...store]));
        if (!parsed.ok) return;
        toRpmPackage(parsed.values);
        expect(readOwnedFiles(parsed.values, { left: 1000 }).files.length).toBeLessThanOrEqual(32);
      }),
      { numRuns },
    );
  });
});

describe('the files of a package', () => {
  const files = ['/usr/bin/demo', '/usr/lib/demo/a', '/usr/lib/demo/b', '/c'];

  it.each([false, true])('are those that it installs, without directories; in the old form: %s', (oldFileNames) => {
    const blob = rpmHeader({ ...demo, files, directories: ['/usr/lib/demo', '/var/empty'] }, { oldFileNames });
    expect(filesOf(blob)).toEqual({ files: files.map((path) => path.slice(1)), isCut: false });
  });

  it('are none for a package without', () => {
    expect(filesOf(rpmHeader(demo))).toEqual({ files: [], isCut: false });
  });

  it('end with the room that there is for them', () => {
    const { files: some, isCut } = filesOf(rpmHeader({ ...demo, files }), 100);
    expect(some).toEqual(['usr/bin/demo', 'usr/lib/demo/a']);
    expect(isCut).toBe(true);
  });

  it('leave out one whose directory is not there, and one that is too long', () => {
    const entries: RpmHeaderEntry[] = [
      [1116, 'int32', [0, 7, 1]],
      [1117, 'string-array', ['a', 'b', 'c']],
      [1118, 'string-array', ['/usr/', `/${'d'.repeat(4096)}/`]],
    ];
    expect(filesOf(encodeRpmHeader([], entries))).toEqual({ files: ['usr/a'], isCut: true });
  });
});

describe('the key of a signature', () => {
  const issuer = '09 10 0123456789abcdef';
  const fingerprint = '16 21 04 000102030405060708090a0b fedcba9876543210';
  const v4 = (hashed: string, unhashed: string): string => {
    const [a, b] = [hex(hashed).length, hex(unhashed).length].map((length) => length.toString(16).padStart(4, '0'));
    const body = `04 00 01 08 ${a} ${hashed} ${b} ${unhashed} 0000`;
    return `89 ${hex(body).length.toString(16).padStart(4, '0')} ${body}`;
  };

  it.each<[string, string, string | undefined]>([
    ['version 3', '89 0013 03 05 00 5f000000 0123456789abcdef 01 08 0000', '0123456789abcdef'],
    ['version 3, of a text', '89 0013 03 05 01 5f000000 0123456789abcdef 01 08 0000', undefined],
    ['version 4, issuer not hashed', v4('05 02 5f000000', issuer), '0123456789abcdef'],
    ['version 4, issuer hashed', v4(`05 02 5f000000 ${issuer}`, ''), '0123456789abcdef'],
    ['version 4, issuer critical', v4('05 02 5f000000', issuer.replace('09 10', '09 90')), '0123456789abcdef'],
    ['version 4, by fingerprint', v4(fingerprint, ''), 'fedcba9876543210'],
    ['version 4, no issuer', v4('05 02 5f000000', ''), undefined],
    ['the new form of a packet', `c2 ${hex(v4('', issuer)).slice(3).length.toString(16)} ${v4('', issuer).slice(8)}`, '0123456789abcdef'],
    ['another packet', '99 0013 03 05 00 5f000000 0123456789abcdef 01 08 0000', undefined],
    ['another version', '89 0013 05 05 00 5f000000 0123456789abcdef 01 08 0000', undefined],
    ['nothing', '', undefined],
    ['a part without length', v4('00 00', issuer), '0123456789abcdef'],
    ['a part beyond the end', v4('ff ffffffff 10', ''), undefined],
  ])('%s', (_, packet, key) => {
    expect(signingKey(hex(packet))).toBe(key);
    if (key !== undefined) expect(packageOf(rpmHeader({ ...demo, signature: hex(packet) })).signingKey).toBe(key);
  });

  it('is none, not an error, for any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(0x88, 0x89, 0x8a, 0x8b, 0xc2),
        fc.constantFrom(3, 4),
        (bytes, head, version) => {
          expect(signingKey(Uint8Array.of(head, 40, version, ...bytes)) ?? '0'.repeat(16)).toMatch(/^[0-9a-f]{16}$/);
        },
      ),
      { numRuns },
    );
  });
});
