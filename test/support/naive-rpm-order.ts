import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { naiveRpmCompare } from './naive-rpm.ts';
import { hasTool, scratchDirectory } from './shared-data.ts';

/** −1, 0, 1. */
export type Compare = (a: string, b: string) => number;

const script = `for line in io.lines(arg_path) do
  local a, b = line:match("^(%S+) (%S+)$")
  io.write(rpm.vercmp(a, b), "\\n")
end`;

/** What the rpm of this machine says of each pair, asked in one process; undefined where it has none. */
function askRpm(pairs: readonly (readonly [string, string])[]): readonly number[] | undefined {
  if (!hasTool('rpm')) return undefined;
  using scratch = scratchDirectory();
  writeFileSync(`${scratch.path}/pairs`, pairs.map(([a, b]) => `${a} ${b}\n`).join(''));
  writeFileSync(`${scratch.path}/compare.lua`, `local arg_path = ${JSON.stringify(`${scratch.path}/pairs`)}\n${script}\n`);
  const output = execFileSync('rpm', ['--eval', `%{lua: dofile("${scratch.path}/compare.lua")}`], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const answers = output.trim().split('\n').map(Number);
  if (answers.length !== pairs.length) throw new Error(`rpm answered ${answers.length} of ${pairs.length} pairs`);
  return answers;
}

/** An order that knows the given pairs: rpm's own, where this machine has it, else that of a second implementation. */
export function rpmOrder(pairs: Iterable<readonly [string, string]>): Compare {
  const distinct = [...new Map([...pairs].map(([a, b]) => [`${a} ${b}`, [a, b] as const])).values()];
  const answers = distinct.length === 0 ? [] : (askRpm(distinct) ?? distinct.map(([a, b]) => naiveRpmCompare(a, b)));
  const known = new Map(distinct.map(([a, b], index) => [`${a} ${b}`, answers[index] ?? Number.NaN]));
  return (a, b) => {
    const order = known.get(`${a} ${b}`);
    if (order === undefined) throw new Error(`${a} was not compared with ${b}`);
    return order;
  };
}
