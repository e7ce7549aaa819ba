import * as fc from 'fast-check';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanPath, leavesRoot } from './path.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

describe('cleanPath', () => {
  it.each([
    ['a/b', 'a/b'],
    ['./a', 'a'],
    ['/abs/x', 'abs/x'],
    ['a//b', 'a/b'],
    ['a/./b', 'a/b'],
    ['a/', 'a'],
    ['a//', 'a'],
    ['./', ''],
    ['', ''],
    ['/', ''],
    ['..', ''],
    ['../../etc/x', 'etc/x'],
    ['a/../../b', 'b'],
    ['.hidden/x', '.hidden/x'],
    ['a/.hidden', 'a/.hidden'],
    ['a/..b/c..', 'a/..b/c..'],
    ['...', '...'],
  ])('%j is %j', (name, path) => {
    expect(cleanPath(name)).toBe(path);
  });

  it('agrees with the path rules of POSIX as node has them', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '.', '..', '', '.x', 'c..'), { maxLength: 8 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(name, (text) => {
        expect(`/${cleanPath(text)}`).toBe(posix.resolve('/', `./${text}`));
        expect(cleanPath(cleanPath(text))).toBe(cleanPath(text));
        expect(leavesRoot(text)).toBe(posix.relative('/base', posix.join('/base', text)).startsWith('..'));
      }),
      { numRuns: runs },
    );
  });
});
