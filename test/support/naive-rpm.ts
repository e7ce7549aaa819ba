import { execFileSync } from 'node:child_process';

/** rpm's order as rpm-version(7) tells it, without regard for speed: an oracle that shares nothing with the code under test. */
export function naiveRpmCompare(a: string, b: string): number {
  const [ofA, ofB] = [parts(a), parts(b)];
  const epochs = Math.sign(ofA.epoch - ofB.epoch);
  if (epochs !== 0) return epochs;
  return compareSegments(ofA.version, ofB.version) || compareSegments(ofA.release, ofB.release);
}

function parts(evr: string): { epoch: number; version: string; release: string } {
  const [, epoch = '0', version = '', release = ''] = /^(?:(\d+):)?([^-]*)(?:-(.*))?$/.exec(evr) ?? [];
  return { epoch: Number(epoch), version, release };
}

function compareSegments(a: string, b: string): number {
  const tokens = (text: string): string[] => text.match(/\d+|[a-zA-Z]+|~|\^/g) ?? [];
  const [left, right] = [tokens(a), tokens(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [x = '', y = ''] = [left[at], right[at]];
    if (x === y) continue;
    if (x === '~' || y === '~') return x === '~' ? -1 : 1;
    // A caret is more than the end, and less than anything else.
    if (x === '^') return y === '' ? 1 : -1;
    if (y === '^') return x === '' ? -1 : 1;
    if (x === '' || y === '') return x === '' ? -1 : 1;
    const numbers = [/^\d/.test(x), /^\d/.test(y)];
    if (numbers[0] !== numbers[1]) return numbers[0] === true ? 1 : -1;
    const difference =
      numbers[0] === true ? Number(BigInt(x) - BigInt(y) > 0n) - Number(BigInt(x) < BigInt(y)) : x < y ? -1 : x > y ? 1 : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What the rpm of this machine says of each pair: −1, 0, 1. */
export function rpmCompareAll(pairs: readonly (readonly [string, string])[]): readonly number[] {
  const plain = /^[\w.:~^+-]+$/;
  if (pairs.some((pair) => pair.some((version) => !plain.test(version)))) throw new Error('a version with odd characters');
  const lines: number[] = [];
  for (let at = 0; at < pairs.length; at += 200) {
    const calls = pairs.slice(at, at + 200).map(([a, b]) => `print(rpm.vercmp("${a}","${b}"))`);
    const output = execFileSync('rpm', ['--eval', `%{lua:${calls.join(' ')}}`], { encoding: 'utf8' });
    lines.push(...(output.match(/-?\d/g) ?? []).map(Number));
  }
  return lines;
}
