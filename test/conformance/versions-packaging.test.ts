import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pep440Scheme } from '../../src/versions/index.ts';
import { agreement, askProgram, hasProgram, livePairs, nearEqualPairs, type Question } from './versions-live.ts';

const script = `
import sys
from packaging.version import InvalidVersion, Version
for line in sys.stdin:
    try:
        a, b = (Version(text) for text in line.split())
        print((a > b) - (a < b))
    except InvalidVersion:
        print('refused')
`;
const askPackaging = (questions: readonly Question[]): readonly string[] => askProgram('python3', ['-c', script], questions);
const hasPackaging = hasProgram('python3') && askPackaging([['1rc1', '1']])[0] === '-1';

const number = fc.constantFrom('0', '00', '1', '01', '9', '10', '127', '128', '1000', '20230101', '99999999999999999999999');
const separator = fc.constantFrom('', '.', '-', '_');
const mark = fc.constantFrom('a', 'alpha', 'b', 'BETA', 'c', 'rc', 'pre', 'preview', 'post', 'rev', 'r', 'dev', 'Dev');
const marked = fc.tuple(separator, mark, separator, fc.oneof(number, fc.constant(''))).map((parts) => parts.join(''));
const local = fc.tuple(separator, fc.oneof(number, fc.constantFrom('a', 'B', '1a', 'ubuntu'))).map((parts) => parts.join(''));
const pieces = fc
  .tuple(
    fc.constantFrom('', '', 'v', '0!', '1!'),
    number,
    fc.array(
      number.map((digits) => `.${digits}`),
      { maxLength: 3 },
    ),
    fc.array(marked, { maxLength: 2 }),
    fc.constantFrom('', '', '', '-1', '.', '-'),
    fc.option(fc.tuple(fc.constantFrom('+a', '+1'), fc.array(local, { maxLength: 2 })), { nil: undefined, freq: 2 }),
  )
  .map(([front, first, rest, marks, tail, plus]) => [front, first, ...rest, ...marks, tail, ...(plus ? [plus[0], ...plus[1]] : [])]);

// Skipped where the machine has no Python with packaging: it is the judge here.
describe.skipIf(!hasPackaging)("pep440 versions against Python's packaging (skipped without it)", () => {
  it('are versions to both or to neither, and have the same order, near-equal odd ones too', () => {
    const questions = nearEqualPairs(pieces, livePairs);
    const { compared, ...outcome } = agreement(pep440Scheme, questions, askPackaging(questions));
    expect(outcome).toEqual({ orders: ['-1', '0', '1'], wrong: [], onlyOurs: [], onlyTheirs: [] });
    expect(compared).toBeGreaterThan(livePairs / 5);
  }, 120_000);
});
