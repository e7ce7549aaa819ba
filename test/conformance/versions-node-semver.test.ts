import * as fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { semverScheme } from '../../src/versions/index.ts';
import { agreement, livePairs, nearEqualPairs, type Question } from './versions-live.ts';

function askNodeSemver(questions: readonly Question[]): readonly string[] {
  return questions.map((pair) =>
    pair.every((text) => semver.valid(text, { loose: true }) !== null) ? String(semver.compareLoose(...pair)) : 'refused',
  );
}

// Numbers up to 2⁵³ − 1, which is where npm stops; and always three of them, since it takes a fourth for a part of the third.
const number = fc.constantFrom('0', '00', '1', '01', '9', '10', '127', '128', '999', '1000', '20230101', '9007199254740991');
const identifier = fc.oneof(number, fc.constantFrom('a', 'A', 'b', 'rc', 'x1', '1x', '-', '--1', '-1', 'a-b', '0a'));
const pieces = fc
  .tuple(
    fc.constantFrom('', 'v', '=', '=v'),
    fc.tuple(number, number, number),
    fc.constantFrom('', '-', '-', 'beta.', 'rc-'),
    fc.array(identifier, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '+1', '+a.b', '+', '+a..b'),
    fc.constantFrom(true, false),
  )
  .map(([front, [major, minor, patch], mark, [first = '', ...rest], build, isRelease]) => [
    `${front}${major}.${minor}.${patch}`,
    ...(isRelease || mark === '' ? [] : [`${mark}${first}`, ...rest.map((text) => `.${text}`)]),
    build,
  ]);

describe('semver versions against node-semver, loose', () => {
  it('are versions to both or to neither, and have the same order, near-equal odd ones too', () => {
    const isWhole = (text: string): boolean => /^[=v]*[0-9]+\.[0-9]+\.[0-9]+(?![.0-9])/.test(text);
    const questions = nearEqualPairs(pieces, livePairs).filter((pair) => pair.every(isWhole));
    const { compared, ...outcome } = agreement(semverScheme, questions, askNodeSemver(questions));
    expect(outcome).toEqual({ orders: ['-1', '0', '1'], wrong: [], onlyOurs: [], onlyTheirs: [] });
    expect(compared).toBeGreaterThan(livePairs / 4);
  }, 120_000);
});
