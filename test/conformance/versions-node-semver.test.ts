import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { semverScheme } from '../../src/versions/index.ts';
import { agreement, livePairs, nearEqualPairs, type Question } from './versions-live.ts';

/** As far as it is asked. */
interface NodeSemver {
  readonly valid: (version: string, options: { readonly loose: true }) => string | null;
  readonly compareLoose: (a: string, b: string) => number;
}

/** It comes with other packages; where it does not, there is nothing to ask. */
function loadNodeSemver(): NodeSemver | undefined {
  const name = 'semver';
  try {
    return createRequire(import.meta.url)(name) as NodeSemver;
  } catch {
    return undefined;
  }
}

const nodeSemver = loadNodeSemver();

function askNodeSemver({ valid, compareLoose }: NodeSemver, questions: readonly Question[]): readonly string[] {
  return questions.map((pair) => (pair.every((text) => valid(text, { loose: true }) !== null) ? String(compareLoose(...pair)) : 'refused'));
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

// Skipped where node-semver is not installed: it is the judge here.
describe.skipIf(!nodeSemver)('semver versions against node-semver, loose (skipped without it)', () => {
  it('are versions to both or to neither, and have the same order, near-equal odd ones too', () => {
    if (!nodeSemver) return expect.fail('not loaded');
    const isWhole = (text: string): boolean => /^[=v]*[0-9]+\.[0-9]+\.[0-9]+(?![.0-9])/.test(text);
    const questions = nearEqualPairs(pieces, livePairs).filter((pair) => pair.every(isWhole));
    const { compared, ...outcome } = agreement(semverScheme, questions, askNodeSemver(nodeSemver, questions));
    expect(outcome).toEqual({ orders: ['-1', '0', '1'], wrong: [], onlyOurs: [], onlyTheirs: [] });
    expect(compared).toBeGreaterThan(livePairs / 4);
  }, 120_000);
});
