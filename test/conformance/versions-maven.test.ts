import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mavenScheme } from '../../src/versions/index.ts';
import { agreement, hasProgram, livePairs, nearEqualPairs, type Question } from './versions-live.ts';

/** Maven's own classes lie beside its command. */
function mavenClasses(): string | undefined {
  const path = spawnSync('sh', ['-c', 'command -v mvn'], { encoding: 'utf8' }).stdout.trim();
  return path === '' ? undefined : join(dirname(realpathSync(path)), '..', 'lib', '*');
}

const classes = mavenClasses();
const java = 'java';
const answers = { '<': '-1', '==': '0', '>': '1' } as const;
/** A command line has an end. */
const pairsPerCall = 5000;

/** Maven's comparison has a command line: it compares each version with the one before it, and so every second line is a pair of ours. */
function askMaven(questions: readonly Question[]): readonly string[] {
  if (questions.length > pairsPerCall) return [...askMaven(questions.slice(0, pairsPerCall)), ...askMaven(questions.slice(pairsPerCall))];
  const main = 'org.apache.maven.artifact.versioning.ComparableVersion';
  const { stdout } = spawnSync(java, ['-cp', classes ?? '', main, ...questions.flat()], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith(' '));
  return lines.filter((_, at) => at % 2 === 0).map((line) => answers[(line.trim().split(' ')[1] ?? '') as keyof typeof answers] ?? line);
}

const hasMaven = classes !== undefined && hasProgram(java) && askMaven([['1-rc', '1']])[0] === '-1';

const number = fc.constantFrom('0', '0', '1', '1', '01', '2', '10', '127', '128', '20230101', '99999999999999999999999');
const word = fc.constantFrom('alpha', 'a1', 'b2', 'BETA', 'm3', 'rc', 'cr1', 'snapshot', 'sp', 'foo', 'jre8', 'x', 'final');
// Maven itself takes a word behind a dot for one behind a hyphen, which its written order does not: words stand behind hyphens here.
const tail = fc.tuple(fc.constant('-'), fc.oneof(word, word, number)).map((parts) => parts.join(''));
const pieces = fc
  .tuple(
    number,
    fc.array(
      number.map((digits) => `.${digits}`),
      { maxLength: 3 },
    ),
    fc.array(tail, { maxLength: 3 }),
  )
  .map(([first, rest, words]) => [first, ...rest, ...words]);
/** No dot behind a hyphen, and nothing that says nothing before one: there Maven's nested lists differ from its written order, too. */
const isPlain = (text: string): boolean => /^[0-9]+(?:\.[0-9]+)*(?:-[0-9A-Za-z]+)*$/.test(text) && !/(?:[a-z-]0+|-final)-/i.test(text);

// Skipped where the machine has no Maven and Java: they are the judge here.
describe.skipIf(!hasMaven)('maven versions against Maven itself (skipped without it)', () => {
  it('have the same order, near-equal odd ones too', () => {
    const questions = nearEqualPairs(pieces, livePairs).filter((pair) => pair.every(isPlain));
    const { compared, ...outcome } = agreement(mavenScheme, questions, askMaven(questions));
    expect(outcome).toEqual({ orders: ['-1', '0', '1'], wrong: [], onlyOurs: [], onlyTheirs: [] });
    expect(compared).toBeGreaterThan(livePairs / 4);
  }, 300_000);
});
