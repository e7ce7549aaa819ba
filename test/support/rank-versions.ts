import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import semver from 'semver';
import { naiveGemCompare } from './naive-gem.ts';
import type { NaiveOrder } from './naive-osv.ts';

/** Versions by the package that they are of. */
export type VersionsByPackage = ReadonlyMap<string, ReadonlySet<string>>;

/** Puts the versions of each package in order, by an implementation that is not ours; undefined where it is not installed. */
export type Ranker = (versions: VersionsByPackage, scratch: string) => NaiveOrder | undefined;

type Line = readonly [packageName: string, version: string];

/** A rank for each line, equal for equal versions of a package; `-` for what is no version. */
function byRanks(versions: VersionsByPackage, rank: (lines: readonly Line[]) => readonly string[]): NaiveOrder {
  const lines = [...versions].flatMap(([name, all]) => [...all].map((version): Line => [name, version]));
  const ranks = rank(lines);
  if (ranks.length !== lines.length) throw new Error(`${ranks.length} ranks for ${lines.length} versions`);
  const known = new Map(lines.map(([name, version], at) => [`${name}\t${version}`, ranks[at] ?? '-']));
  const of = (name: string, version: string): number | undefined => {
    const found = known.get(`${name}\t${version}`);
    if (found === undefined) throw new Error(`no rank of ${name} ${version}`);
    return found === '-' ? undefined : Number(found);
  };
  return (a, b, name) => {
    const [x, y] = [of(name, a), of(name, b)];
    return x === undefined || y === undefined ? undefined : x - y;
  };
}

function ask(command: string, args: readonly string[], lines: readonly Line[]): readonly string[] {
  const input = lines.map((line) => `${line.join('\t')}\n`).join('');
  return execFileSync(command, args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
    .split('\n')
    .slice(0, -1);
}

const pythonProgram = `
import sys
from packaging.version import InvalidVersion, Version
lines = [line.rstrip('\\n').split('\\t') for line in sys.stdin]
groups = {}
for name, text in lines:
    try: groups.setdefault(name, set()).add(Version(text))
    except InvalidVersion: pass
ranks = {name: {v: at for at, v in enumerate(sorted(group))} for name, group in groups.items()}
for name, text in lines:
    try: print(ranks[name][Version(text)])
    except InvalidVersion: print('-')
`;

/** Python's packaging. */
export const rankByPackaging: Ranker = (versions) => {
  if (spawnSync('python3', ['-c', 'import packaging.version']).status !== 0) return undefined;
  return byRanks(versions, (lines) => ask('python3', ['-c', pythonProgram], lines));
};

const javaProgram = `
import java.io.*; import java.util.*;
import org.apache.maven.artifact.versioning.ComparableVersion;
public class Rank {
  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    List<String[]> lines = new ArrayList<>();
    Map<String, TreeMap<ComparableVersion, Integer>> groups = new HashMap<>();
    for (String line; (line = in.readLine()) != null;) {
      String[] parts = line.split("\\t", -1);
      lines.add(parts);
      groups.computeIfAbsent(parts[0], k -> new TreeMap<>()).put(new ComparableVersion(parts[1]), 0);
    }
    for (TreeMap<ComparableVersion, Integer> group : groups.values()) {
      int rank = 0;
      for (Map.Entry<ComparableVersion, Integer> entry : group.entrySet()) entry.setValue(rank++);
    }
    StringBuilder out = new StringBuilder();
    for (String[] parts : lines) out.append(groups.get(parts[0]).get(new ComparableVersion(parts[1]))).append('\\n');
    System.out.print(out);
  }
}
`;

/** Maven's own ComparableVersion; its classes lie beside its command. */
export const rankByMaven: Ranker = (versions, scratch) => {
  const command = spawnSync('sh', ['-c', 'command -v mvn && command -v java'], { encoding: 'utf8' });
  const [maven = ''] = command.stdout.split('\n');
  if (command.status !== 0) return undefined;
  const source = join(scratch, 'Rank.java');
  writeFileSync(source, javaProgram);
  const classes = join(dirname(realpathSync(maven)), '..', 'lib', '*');
  return byRanks(versions, (lines) => ask('java', ['-cp', classes, source], lines));
};

const goProgram = `package main

import ("bufio"; "fmt"; "os"; "sort"; "strings"; "judge/semver")

func canonical(text string) string { return "v" + strings.TrimPrefix(text, "v") }

func main() {
	scanner := bufio.NewScanner(os.Stdin)
	var lines [][]string
	groups := map[string][]string{}
	for scanner.Scan() {
		parts := strings.SplitN(scanner.Text(), "\\t", 2)
		lines = append(lines, parts)
		if semver.IsValid(canonical(parts[1])) { groups[parts[0]] = append(groups[parts[0]], canonical(parts[1])) }
	}
	for _, group := range groups {
		sort.Slice(group, func(i, j int) bool { return semver.Compare(group[i], group[j]) < 0 })
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, parts := range lines {
		group, text := groups[parts[0]], canonical(parts[1])
		if !semver.IsValid(text) { fmt.Fprintln(out, "-"); continue }
		fmt.Fprintln(out, sort.Search(len(group), func(i int) bool { return semver.Compare(group[i], text) >= 0 }))
	}
}
`;

/** golang.org/x/mod/semver, which the go command has in its own source. */
export const rankByGo: Ranker = (versions, scratch) => {
  const root = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).stdout?.trim();
  const source = join(root || '/', 'src', 'cmd', 'vendor', 'golang.org', 'x', 'mod', 'semver', 'semver.go');
  if (!root || !existsSync(source)) return undefined;
  const directory = join(scratch, 'judge');
  mkdirSync(join(directory, 'semver'), { recursive: true });
  copyFileSync(source, join(directory, 'semver', 'semver.go'));
  writeFileSync(join(directory, 'go.mod'), 'module judge\n\ngo 1.18\n');
  writeFileSync(join(directory, 'main.go'), goProgram);
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', GOPROXY: 'off' };
  execFileSync('go', ['build', '-o', 'judge', '.'], { cwd: directory, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return byRanks(versions, (lines) => ask(join(directory, 'judge'), [], lines));
};

/** npm's own. Cargo's order is the same one. */
export const rankByNodeSemver: Ranker = () => {
  // Advisories of crates write `0.19` for `0.19.0`.
  const whole = (text: string): string => (/^\d+\.\d+$/.test(text) ? `${text}.0` : text);
  const isVersion = (text: string): boolean => semver.valid(text, { loose: true }) !== null;
  return (a, b) => (isVersion(whole(a)) && isVersion(whole(b)) ? semver.compareLoose(whole(a), whole(b)) : undefined);
};

const rubyProgram = `
lines = STDIN.each_line.map { |line| line.chomp.split("\t", 2) }
versions = lines.map { |_, text| Gem::Version.correct?(text) ? Gem::Version.new(text) : nil }
groups = Hash.new { |hash, name| hash[name] = [] }
lines.zip(versions) { |(name, _), version| groups[name] << version if version }
ranks = groups.transform_values { |group| group.uniq { |v| v.canonical_segments }.sort.each_with_index.to_h { |v, at| [v.canonical_segments, at] } }
lines.zip(versions) { |(name, _), version| puts(version ? ranks[name][version.canonical_segments] : '-') }
`;

/** Ruby's own Gem::Version; where there is no Ruby, an order of our own making, from what that documents. */
export const rankByRubygems: Ranker = (versions) => {
  if (spawnSync('sh', ['-c', 'command -v ruby']).status !== 0) return naiveGemCompare;
  return byRanks(versions, (lines) => ask('ruby', ['-e', rubyProgram], lines));
};
