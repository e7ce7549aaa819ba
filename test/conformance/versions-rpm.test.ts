import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rpmScheme } from '../../src/versions/index.ts';

const pairs = Math.min(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100) * 10, 100_000);

// A version with a hyphen too many is no version to rpm; one that it refuses gives a line of its own.
const script = `%{lua:
  for line in io.lines('/dev/stdin') do
    local a, b = line:match('(%S+) (%S+)')
    local x, y = rpm.ver(a), rpm.ver(b)
    if not x or not y then print('refused\\n')
    elseif x < y then print('-1\\n') elseif y < x then print('1\\n') else print('0\\n') end
  end}`;

/** What rpm says of the pairs, one word each. */
function askRpm(questions: readonly (readonly [string, string])[]): readonly string[] {
  const input = questions.map((pair) => `${pair.join(' ')}\n`).join('');
  // Its Lua opens standard input by name, which a socket does not allow: hence the pipe.
  const { stdout } = spawnSync('sh', ['-c', 'cat | rpm --eval "$0"', script], { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim().split(/\s+/);
}

const hasRpm = spawnSync('sh', ['-c', 'command -v rpm']).status === 0 && askRpm([['1~rc1', '1']])[0] === '-1';

const number = fc.constantFrom('0', '00', '1', '01', '9', '10', '010', '127', '128', '1000', '20230101', '99999999999999999999999');
const character = fc.constantFrom('.', '_', '+', '~', '^', '~~', '^~', 'a', 'b', 'Z', 'rc', 'el', 'git');
const part = fc.array(fc.oneof(number, character), { minLength: 1, maxLength: 5 });
const version = fc.record({
  epoch: fc.constantFrom('', '', '0:', '1:', '01:', '12:'),
  upstream: part,
  release: fc.option(part, { nil: undefined }),
});
const pair = fc.tuple(version, version, fc.constantFrom('same', 'drop', 'add', 'other'), fc.nat()).map(([a, other, how, place]) => {
  const at = place % a.upstream.length;
  const upstream = {
    same: a.upstream,
    drop: a.upstream.toSpliced(at, 1),
    add: a.upstream.toSpliced(at, 0, ...other.upstream.slice(0, 1)),
    other: other.upstream,
  }[how];
  const join = (epoch: string, parts: readonly string[], release: readonly string[] | undefined): string =>
    `${epoch}${parts.join('')}${release ? `-${release.join('')}` : ''}`;
  return [
    join(a.epoch, a.upstream, a.release),
    join(how === 'same' ? other.epoch : a.epoch, upstream, how === 'other' ? other.release : a.release),
  ] as const;
});

// Skipped where the machine has no rpm of 4.16 or later: it is the judge here.
describe.skipIf(!hasRpm)('rpm versions against rpm itself (skipped without rpm)', () => {
  it('have the same order, near-equal odd ones too', () => {
    const questions = fc.sample(pair, pairs);
    const answers = askRpm(questions);
    expect(answers.length).toBe(questions.length);
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const [at, [a, b]] of questions.entries()) {
      const [x, y] = [rpmScheme.parse(a), rpmScheme.parse(b)];
      const answer = answers[at] ?? '';
      // rpm refuses what has no version before the release; we give that a place in the order
      if (!x.ok || !y.ok || answer === 'refused') continue;
      seen.add(answer);
      if (String(rpmScheme.compare(x.value, y.value)) !== answer) wrong.push(`${a} ${b} is ${answer}`);
    }
    expect(wrong).toEqual([]);
    expect([...seen].sort()).toEqual(['-1', '0', '1']);
    expect(answers.filter((answer) => answer === 'refused').length).toBeLessThan(pairs / 4);
  }, 120_000);
});
