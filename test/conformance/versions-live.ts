import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import type { VersionScheme } from '../../src/versions/index.ts';

/** Two versions to be put to another implementation. */
export type Question = readonly [string, string];
/** What it says: the order of the two, or that one of them is no version to it. */
export type Answer = '-1' | '0' | '1' | 'refused';

/** Pairs that a live tool is asked: 2,000 by default, 10⁵ when the full run asks for them. */
export const livePairs = Math.min(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100) * 10, 100_000);

/** Whether a program is there to be asked. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0;
}

/** Puts the pairs to a program that reads `a b` lines and answers each with a word; white space in an answer would be another answer. */
export function askProgram(command: string, args: readonly string[], questions: readonly Question[]): readonly string[] {
  const input = questions.map((pair) => `${pair.join(' ')}\n`).join('');
  const { stdout } = spawnSync(command, args, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** Pairs that share most of their pieces: one of them, with a piece dropped, doubled or taken from another. */
export function nearEqualPairs(pieces: fc.Arbitrary<readonly string[]>, count: number): readonly Question[] {
  const pair = fc.tuple(pieces, pieces, fc.nat(), fc.nat(), fc.constantFrom('drop', 'double', 'swap', 'swap', 'other'));
  const pairs = fc.sample(
    pair.map(([base, other, place, from, how]) => {
      const at = place % base.length;
      const piece = base[at] ?? '';
      const put = { drop: [], double: [piece, piece], swap: [other[from % other.length] ?? ''], other: [] }[how];
      const changed = how === 'other' ? other : base.toSpliced(at, 1, ...put);
      return [base.join(''), changed.join('')] as const;
    }),
    count,
  );
  return pairs.filter(([a, b]) => a !== '' && b !== '');
}

export interface Agreement {
  /** Pairs of versions to both. */
  readonly compared: number;
  readonly orders: readonly string[];
  readonly wrong: readonly string[];
  /** Texts of which only one of the two says that they are versions; a pair where both refuse one is in neither list. */
  readonly onlyOurs: readonly string[];
  readonly onlyTheirs: readonly string[];
}

/** Holds the scheme to the answers, one for each pair. */
export function agreement(scheme: VersionScheme, questions: readonly Question[], answers: readonly string[]): Agreement {
  if (answers.length !== questions.length) throw new Error(`${answers.length} answers to ${questions.length} questions`);
  const outcome = { compared: 0, wrong: [] as string[], onlyOurs: [] as string[], onlyTheirs: [] as string[] };
  const orders = new Set<string>();
  for (const [at, [a, b]] of questions.entries()) {
    const [x, y, answer] = [scheme.parse(a), scheme.parse(b), answers[at] ?? ''];
    const isOurs = x.ok && y.ok;
    if (answer === 'refused') {
      if (isOurs) outcome.onlyOurs.push(`${a} ${b}`);
    } else if (!isOurs) {
      outcome.onlyTheirs.push(`${a} ${b}`);
    } else {
      outcome.compared += 1;
      orders.add(answer);
      if (String(scheme.compare(x.value, y.value)) !== answer) outcome.wrong.push(`${a} ${b} is ${answer}`);
    }
  }
  return { ...outcome, orders: [...orders].sort() };
}
