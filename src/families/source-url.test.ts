import { describe, expect, it } from 'vitest';
import { sourceUrl } from './source-url.ts';

describe('where a package came from', () => {
  it.each([
    ['https://example.test/a.tgz', 'https://example.test/a.tgz'],
    ['https://user:secret@example.test/a.tgz', 'https://example.test/a.tgz'],
    ['https://user:se@cret@example.test/a', 'https://example.test/a'],
    ['https://token@example.test', 'https://example.test'],
    ['https://example.test/a.whl?token=secret#egg=a', 'https://example.test/a.whl#egg=a'],
    ['git+ssh://git@example.test/a.git#0123abc', 'git+ssh://example.test/a.git#0123abc'],
    ['git+https://example.test/a.git@0123abc', 'git+https://example.test/a.git@0123abc'],
    ['file:../a.tgz', 'file:../a.tgz'],
    ['file:///src/a@b', 'file:///src/a@b'],
    ['', ''],
  ])('%s is told as %s', (url, told) => {
    expect(sourceUrl(url)).toBe(told);
  });

  it('is short, however long it is', () => {
    expect(sourceUrl(`https://${'a@'.repeat(100_000)}`).length).toBeLessThanOrEqual(512);
  });
});
