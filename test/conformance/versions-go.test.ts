import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { goScheme } from '../../src/versions/index.ts';
import { agreement, askProgram, livePairs, nearEqualPairs } from './versions-live.ts';

// The order of modules is that of golang.org/x/mod/semver, which the go command has in its own source; of toolchains, that of go/version.
const program = `package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"

	"judge/semver"
)

func main() {
	scanner := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for scanner.Scan() {
		pair := strings.Fields(scanner.Text())
		a, b := pair[0], pair[1]
		if strings.HasPrefix(a, "go") {
			if version.IsValid(a) && version.IsValid(b) {
				fmt.Fprintln(out, version.Compare(a, b))
			} else {
				fmt.Fprintln(out, "refused")
			}
			continue
		}
		a, b = "v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v")
		if semver.IsValid(a) && semver.IsValid(b) {
			fmt.Fprintln(out, semver.Compare(a, b))
		} else {
			fmt.Fprintln(out, "refused")
		}
	}
}
`;

// Building takes Go half a minute at first, so it is asked in full runs only.
const isFullRun = process.env['CLAIRCORE_FULL'] !== undefined;

const go = 'go';
const built: string[] = [];
afterAll(() => {
  for (const directory of built) rmSync(directory, { recursive: true, force: true });
});

/** The program to ask, or undefined where there is no Go with its own source. */
function buildJudge(): string | undefined {
  const root = spawnSync(go, ['env', 'GOROOT'], { encoding: 'utf8' }).stdout?.trim();
  const source = join(root || '/', 'src', 'cmd', 'vendor', 'golang.org', 'x', 'mod', 'semver', 'semver.go');
  if (!root || !existsSync(source)) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'claircore-go-'));
  built.push(directory);
  mkdirSync(join(directory, 'semver'));
  copyFileSync(source, join(directory, 'semver', 'semver.go'));
  writeFileSync(join(directory, 'go.mod'), 'module judge\n\ngo 1.22\n');
  writeFileSync(join(directory, 'main.go'), program);
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', GOPROXY: 'off' };
  const { status } = spawnSync(go, ['build', '-o', 'judge', '.'], { cwd: directory, env });
  return status === 0 ? join(directory, 'judge') : undefined;
}

const judge = isFullRun ? buildJudge() : undefined;

const number = fc.constantFrom('0', '1', '2', '9', '10', '20', '21', '127', '128', '20230101', '99999999999999999999999');
const identifier = fc.oneof(number, fc.constantFrom('a', 'A', 'rc', '-', '-1', '0a', '01', '01a', '20200622213623-75b288015ac9'));
const modules = fc
  .tuple(
    fc.constantFrom('', 'v'),
    fc.tuple(number, number, number),
    fc.array(identifier, { maxLength: 4 }),
    fc.constantFrom('', '', '', '+incompatible', '+', '.0'),
  )
  .map(([mark, [major, minor, patch], pre, build]) => [
    `${mark}${major}`,
    `.${minor}`,
    `.${patch}`,
    ...pre.map((text, at) => `${at === 0 ? '-' : '.'}${text}`),
    build,
  ]);
const tags = fc
  .tuple(
    fc.array(number, { minLength: 1, maxLength: 2 }),
    fc.constantFrom('', 'alpha', 'beta', 'rc', 'rc'),
    number,
    fc.constantFrom('', '-x'),
  )
  .map(([rest, kind, count, tail]) => ['go1', ...rest.map((digits) => `.${digits}`), ...(kind === '' ? [] : [`${kind}${count}`]), tail]);
/** Go had pre-releases of patches once (go1.9.2rc2), which its order of today refuses; and it takes any word for one, where we know three. */
const isOddTag = (text: string): boolean => /^go[0-9]+(?:\.[0-9]+\.[0-9]+)?[a-z]|[0-9]go/.test(text);
/** From 1.21 on the toolchain takes `go1.N` for the language; we do not, and say so. */
const isLanguage = (text: string): boolean => {
  const [, minor] = /^go1\.([0-9]+)(?:-.*)?$/.exec(text) ?? [];
  return minor !== undefined && Number(minor) >= 21;
};

// Skipped where the machine has no Go of 1.22 or later with its source: it is the judge here.
describe.skipIf(!judge)('go versions against Go itself (skipped without it, and but for CLAIRCORE_FULL)', () => {
  it.each([
    ['modules', modules],
    ['toolchains', tags],
  ])(
    '%s are versions to both or to neither, and have the same order',
    (_, pieces) => {
      const questions = nearEqualPairs(pieces, livePairs).filter(
        (pair) => !pair.some(isLanguage) && !pair.some(isOddTag) && pair[0].startsWith('go') === pair[1].startsWith('go'),
      );
      const { compared, ...outcome } = agreement(goScheme, questions, askProgram(judge ?? '', [], questions));
      expect(outcome).toEqual({ orders: ['-1', '0', '1'], wrong: [], onlyOurs: [], onlyTheirs: [] });
      expect(compared).toBeGreaterThan(livePairs / 6);
    },
    120_000,
  );
});
