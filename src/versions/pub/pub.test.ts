import { describe, expect, it } from 'vitest';
import { pubScheme } from './index.ts';

describe('versions of pub', () => {
  it('keep the build', () => {
    expect(pubScheme.parse('1.2.3-dev.1+build.2 ')).toEqual({
      ok: true,
      value: { numbers: ['1', '2', '3'], prerelease: ['dev', '1'], build: ['build', '2'] },
    });
  });

  it.each(['', 'a', '1.0.0+', '1.0.0+a..b', '1.0.0+é', '1.0.0+1+2'])('%j is none', (text) => {
    expect(pubScheme.parse(text).ok).toBe(false);
  });
});
