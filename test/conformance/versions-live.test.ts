import { describe, expect, it } from 'vitest';
import { semverScheme } from '../../src/versions/index.ts';
import { agreement } from './versions-live.ts';

describe('agreement with a live tool', () => {
  it('names what is wrong and what only one of the two takes for a version', () => {
    const questions = [
      ['1.0', '2.0'],
      ['2.0', '1.0'],
      ['1.0', 'x'],
      ['x', '1.0'],
      ['1.0', '1'],
    ] as const;
    expect(agreement(semverScheme, questions, ['-1', '-1', '1', 'refused', 'refused'])).toEqual({
      compared: 2,
      orders: ['-1'],
      wrong: ['2.0 1.0 is -1'],
      onlyOurs: ['1.0 1'],
      onlyTheirs: ['1.0 x'],
    });
    expect(() => agreement(semverScheme, questions, ['-1'])).toThrow('1 answers to 5 questions');
  });
});
