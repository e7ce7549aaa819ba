import { describe, expect, it } from 'vitest';
import { parseContentRange, parseUnsatisfiedRange, strongTag, strongValidator } from './blob-validators.ts';

describe('parseContentRange', () => {
  it.each([
    ['bytes 0-9/10', { first: 0, last: 9, total: 10 }],
    [' bytes 5-9/* ', { first: 5, last: 9, total: undefined }],
    ['bytes 9-5/10', undefined],
    ['bytes 5-10/10', undefined],
    ['bytes */10', undefined],
    ['items 0-9/10', undefined],
    ['bytes 0-9', undefined],
    ['bytes 99999999999999999999-9/10', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (value, expected) => {
    expect(parseContentRange(value)).toEqual(expected);
  });
});

describe('parseUnsatisfiedRange', () => {
  it.each([
    ['bytes */10', 10],
    ['bytes */*', undefined],
    ['bytes 0-9/10', undefined],
    [undefined, undefined],
  ])('%j: %j', (value, expected) => {
    expect(parseUnsatisfiedRange(value)).toBe(expected);
  });
});

describe('strong validators', () => {
  const answer = (headers: Readonly<Record<string, string>>): { header(name: string): string | undefined } => ({
    header: (name) => headers[name],
  });
  const modified = 'Wed, 01 May 2024 12:00:00 GMT';

  it.each([
    [{ etag: '"a"' }, '"a"'],
    [{ etag: 'W/"a"' }, undefined],
    [{ etag: 'a' }, undefined],
    [{ etag: '"a\r"' }, undefined],
    [{ etag: `"${'a'.repeat(600)}"` }, undefined],
    [{ etag: '"a"', 'last-modified': modified, date: 'Wed, 01 May 2024 12:00:10 GMT' }, '"a"'],
    [{ 'last-modified': modified, date: 'Wed, 01 May 2024 12:00:01 GMT' }, modified],
    [{ 'last-modified': modified, date: modified }, undefined],
    [{ 'last-modified': modified }, undefined],
    [{ 'last-modified': 'yesterday', date: modified }, undefined],
    [{}, undefined],
  ])('%j: %j', (headers, expected) => {
    expect(strongValidator(answer(headers))).toBe(expected);
  });

  it('a date is no tag', () => {
    expect(strongTag(answer({ 'last-modified': modified, date: 'Wed, 01 May 2024 13:00:00 GMT' }))).toBeUndefined();
  });
});
