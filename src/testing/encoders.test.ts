import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compress, type TestCompression } from './compress.ts';

const programs: readonly TestCompression[] = ['gzip', 'zstd', 'bzip2', 'xz'];
const inputs: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['one byte', new Uint8Array(1)],
  ['a long run', new Uint8Array(300_000)],
  ['a short period', new TextEncoder().encode('abab'.repeat(5000))],
  ['every byte', Uint8Array.from({ length: 4096 }, (_, at) => (at * at + at) % 256)],
];

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore', input: '' });
    return true;
  } catch {
    return false;
  }
}

describe.each(programs)('%s of the test kit', (program) => {
  it.skipIf(!hasProgram(program)).each(inputs)(`is read by the program of that name (skipped where it is not installed): %s`, (_, data) => {
    const unpacked = execFileSync(program, ['-dc'], { input: compress(data, program), maxBuffer: 1 << 24 });
    expect(new Uint8Array(unpacked)).toEqual(data);
  });

  it('gives the same bytes for the same input', () => {
    const data = new TextEncoder().encode('layer '.repeat(1000));
    expect(compress(data, program)).toEqual(compress(data, program));
  });
});
