import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaircoreError } from '../../core/index.ts';
import { writeZip, type TestZipEntry } from '../../testing/zip-writer.ts';
import { bytesSource, openZip, type ZipSource } from './index.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Each entry's content, or the code of the error that reading it threw. */
async function contents(bytes: Uint8Array): Promise<readonly (readonly [string, string])[]> {
  const archive = await openZip(bytesSource(bytes));
  const read: (readonly [string, string])[] = [];
  for (const entry of archive.entries) {
    read.push([entry.name, await archive.read(entry).then(text, (error: unknown) => codeOf(error))]);
  }
  return read;
}

function codeOf(error: unknown): string {
  return error instanceof ClaircoreError
    ? `${error.code} ${String(error.data['reason'] ?? error.data['what'])}`
    : expect.fail(String(error));
}

async function codeOfOpening(bytes: Uint8Array): Promise<string> {
  return openZip(bytesSource(bytes)).then(() => 'opened', codeOf);
}

describe('openZip', () => {
  it('reads what is stored, deflated or compressed with zstd, plain and ZIP64, with sizes behind the content', async () => {
    const entries: TestZipEntry[] = [
      { name: 'META-INF/' },
      { name: 'stored', content: 'as it is', method: 'stored' },
      { name: 'deflated', content: 'x'.repeat(100_000) },
      { name: 'zstd', content: 'y'.repeat(100_000), method: 'zstd' },
      { name: 'later', content: 'sizes follow', descriptor: true },
      { name: 'far', content: 'moved to the extra field', zip64: true },
      { name: 'ä/漢', content: 'a name in UTF-8' },
    ];
    const expected = entries.map(({ name, content = '' }) => [name, content]);
    for (const options of [{}, { zip64: true }, { comment: 'PK\u0005\u0006 in a comment' }, { prefix: new Uint8Array(1234).fill(35) }]) {
      expect(await contents(writeZip(entries, options))).toEqual(expected);
    }
    expect(await contents(writeZip(entries, { zip64: true, prefix: new Uint8Array(77) }))).toEqual(expected);
  });

  it('says of entries what the directory says', async () => {
    const { entries } = await openZip(
      bytesSource(writeZip([{ name: 'd/' }, { name: 'a', content: 'abc', method: 'stored', saidFlags: 1 }])),
    );
    expect(entries).toMatchObject([
      { name: 'd/', isDirectory: true, isEncrypted: false },
      { name: 'a', isDirectory: false, isEncrypted: true, size: 3, compressedSize: 3, method: 0 },
    ]);
  });

  it('reads an archive inside another', async () => {
    const inner = writeZip([{ name: 'pom.properties', content: 'version=1' }]);
    const outer = await openZip(bytesSource(writeZip([{ name: 'inner.jar', content: inner, method: 'stored' }])));
    const [entry = expect.fail()] = outer.entries;
    expect(await contents(await outer.read(entry))).toEqual([['pom.properties', 'version=1']]);
  });

  it('gives back what was written, in any order of reading', async () => {
    const entry = fc.record({
      name: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((name) => text(new TextEncoder().encode(name)) === name),
      content: fc.uint8Array({ maxLength: 300 }),
      method: fc.constantFrom('stored' as const, 'deflate' as const, 'zstd' as const),
      zip64: fc.boolean(),
      descriptor: fc.boolean(),
    });
    const options = fc.record({ zip64: fc.boolean(), comment: fc.string({ maxLength: 30 }), prefix: fc.uint8Array({ maxLength: 50 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), options, async (entries, how) => {
        const archive = await openZip(bytesSource(writeZip(entries, how)));
        expect(archive.entries.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
        for (const index of entries.keys().toArray().toReversed()) {
          const found = archive.entries[index] ?? expect.fail();
          expect([...(await archive.read(found))]).toEqual([...(entries[index]?.content ?? [])]);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('a hostile archive', () => {
  it.each<[string, TestZipEntry, string]>([
    ['a checksum that is another content’s', { name: 'a', content: 'abc', saidCrc: 1 }, 'ZIP_CORRUPT crc'],
    ['more content than said', { name: 'a', content: 'x'.repeat(1000), saidSize: 10 }, 'COMPRESSION_CORRUPT length'],
    ['less content than said', { name: 'a', content: 'x', saidSize: 10 }, 'COMPRESSION_CORRUPT length'],
    ['stored content of another length', { name: 'a', content: 'xyz', method: 'stored', saidSize: 2 }, 'ZIP_CORRUPT length'],
    ['an encrypted entry', { name: 'a', content: 'x', saidFlags: 1 }, 'ZIP_UNSUPPORTED encrypted'],
    ['a method of long ago', { name: 'a', content: 'x', saidMethod: 6 }, 'ZIP_UNSUPPORTED method'],
    ['a size beyond the limit', { name: 'a', content: 'x', saidSize: 2 ** 40, zip64: true }, 'LIMIT_READ zip entry'],
    ['content that runs into the directory', { name: 'a', content: 'x', saidCompressedSize: 60 }, 'ZIP_CORRUPT overlap'],
    [
      'no deflate stream',
      { name: 'a', content: '\u0007\u0007\u0007', method: 'stored', saidMethod: 8 },
      'COMPRESSION_CORRUPT Z_DATA_ERROR',
    ],
  ])('with %s does not give that entry', async (_name, entry, code) => {
    expect(await contents(writeZip([{ name: 'good', content: 'good' }, entry]))).toEqual([
      ['good', 'good'],
      ['a', code],
    ]);
  });

  it('whose entries share bytes is not read there', async () => {
    const bomb = writeZip([
      { name: 'kernel', content: 'x'.repeat(10_000) },
      { name: 'again', content: 'x'.repeat(10_000), sameAs: 0 },
      { name: 'alone', content: 'y' },
    ]);
    expect(await contents(bomb)).toEqual([
      ['kernel', 'ZIP_CORRUPT overlap'],
      ['again', 'ZIP_CORRUPT overlap'],
      ['alone', 'y'],
    ]);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'ZIP_CORRUPT no directory'],
    ['text', new TextEncoder().encode('no archive at all, but longer than an end'), 'ZIP_CORRUPT no directory'],
    ['a count that its directory cannot hold', writeZip([{ name: 'a' }], { saidEntries: 2000 }), 'ZIP_CORRUPT entry count'],
    ['an absurd count', writeZip([{ name: 'a' }], { saidEntries: 2 ** 50, zip64: true }), 'LIMIT_READ zip entries'],
    ['a front that was cut off', writeZip([{ name: 'a', content: 'abc' }]).subarray(10), 'ZIP_CORRUPT directory place'],
  ])('of %s is refused', async (_name, bytes, code) => {
    expect(await codeOfOpening(bytes)).toBe(code);
  });

  it('is never read as a whole for its directory', async () => {
    const bytes = writeZip([
      { name: 'big', content: new Uint8Array(3_000_000), method: 'stored' },
      { name: 'small', content: 'x' },
    ]);
    const asked: number[] = [];
    const source: ZipSource = {
      size: bytes.length,
      read: (offset, length) => {
        asked.push(length);
        return bytes.slice(offset, offset + length);
      },
    };
    const archive = await openZip(source);
    expect(archive.entries).toHaveLength(2);
    expect(Math.max(...asked)).toBeLessThan(100_000);
  });

  it('cut anywhere, or with any byte changed, ends in an error that is told, or in content that is right', async () => {
    const entries: TestZipEntry[] = [
      { name: 'a', content: 'hello '.repeat(50) },
      { name: 'b', content: 'stored', method: 'stored' },
      { name: 'c', content: 'far', zip64: true },
    ];
    const right = new Set(entries.map(({ content }) => content));
    const whole = writeZip(entries, { zip64: true });
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.boolean());
    await fc.assert(
      fc.asyncProperty(damage, async ([at, byte, isCut]) => {
        const bytes = isCut ? whole.slice(0, at) : Uint8Array.from(whole);
        if (!isCut) bytes[at] = byte;
        const read = await contents(bytes).catch((error: unknown) => [['', codeOf(error)] as const]);
        for (const [, content] of read) expect(right.has(content) || /^(?:ZIP|COMPRESSION|LIMIT)_/.test(content)).toBe(true);
      }),
      { numRuns: runs * 10 },
    );
  });
});

const unzip = spawnSync('unzip', ['-v']).error === undefined;
const python = spawnSync('python3', ['--version']).error === undefined;

describe('the programs of this machine', () => {
  const entries: TestZipEntry[] = [
    { name: 'a', content: 'hello '.repeat(50) },
    { name: 'b', content: 'stored', method: 'stored', descriptor: true },
    { name: 'c', content: 'far', zip64: true },
  ];

  it.skipIf(!unzip)('unzip finds the test’s own archives whole (not installed: skipped)', () => {
    const directory = mkdtempSync(join(tmpdir(), 'claircore-zip-'));
    try {
      const path = join(directory, 'test.zip');
      writeFileSync(path, writeZip(entries));
      expect(spawnSync('unzip', ['-t', path], { encoding: 'utf8' }).stdout).toContain('No errors detected');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.skipIf(!python)('what python writes is read (not installed: skipped)', async () => {
    const script = [
      'import io,sys,zipfile',
      'b=io.BytesIO(); z=zipfile.ZipFile(b,"w",zipfile.ZIP_DEFLATED)',
      'z.writestr("a.txt","A"*5000); z.writestr(zipfile.ZipInfo("s"),"stored"); z.writestr("d/","")',
      'with z.open("big64","w",force_zip64=True) as f: f.write(b"B"*70000)',
      'z.comment=b"said besides"; z.close(); sys.stdout.buffer.write(b.getvalue())',
    ].join('\n');
    const { stdout } = spawnSync('python3', ['-c', script]);
    expect(await contents(new Uint8Array(stdout))).toEqual([
      ['a.txt', 'A'.repeat(5000)],
      ['s', 'stored'],
      ['d/', ''],
      ['big64', 'B'.repeat(70_000)],
    ]);
  });
});
