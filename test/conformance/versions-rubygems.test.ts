import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gemScheme } from '../../src/versions/index.ts';
import { agreement, askProgram, hasProgram, livePairs, nearEqualPairs, type Question } from './versions-live.ts';

const script = `
STDIN.each_line do |line|
  begin
    a, b = line.split.map { |text| Gem::Version.new(text) }
    puts(a <=> b)
  rescue ArgumentError
    puts('refused')
  end
end
`;
const askRubygems = (questions: readonly Question[]): readonly string[] => askProgram('ruby', ['-e', script], questions);
const hasRubygems = hasProgram('ruby') && askRubygems([['1.rc1', '1']])[0] === '-1';

const number = fc.constantFrom('0', '0', '00', '1', '01', '9', '10', '127', '128', '1000', '20230101', '99999999999999999999999');
const word = fc.constantFrom('a', 'b', 'A', 'Z', 'rc', 'pre', 'a1', 'a0b', '1a', '0a');
const part = fc.tuple(fc.constantFrom('.', '.', '.', '-', '-.'), fc.oneof(number, number, word)).map((parts) => parts.join(''));
const pieces = fc
  .tuple(number, fc.array(part, { maxLength: 6 }), fc.constantFrom('', '', '-', '.'))
  .map(([first, rest, tail]) => [first, ...rest, tail]);

// Skipped where the machine has no Ruby: its RubyGems is the judge here.
describe.skipIf(!hasRubygems)('gem versions against RubyGems (skipped without Ruby)', () => {
  it('are versions to both or to neither, and have the same order, near-equal odd ones too', () => {
    // a word at once behind the first number (1beta) is ours alone
    const questions = nearEqualPairs(pieces, livePairs).filter((pair) => pair.every((text) => !/^[0-9]+[A-Za-z]/.test(text)));
    const { compared, ...outcome } = agreement(gemScheme, questions, askRubygems(questions));
    expect(outcome).toEqual({ orders: ['-1', '0', '1'], wrong: [], onlyOurs: [], onlyTheirs: [] });
    expect(compared).toBeGreaterThan(livePairs / 4);
  }, 120_000);
});
