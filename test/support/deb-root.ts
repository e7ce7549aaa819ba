import { execFileSync } from 'node:child_process';
import { writeFeed } from './feed-mirror.ts';
import type { ReportJson } from './report.ts';

export interface DebPackage {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly sourceVersion: string;
}

/** A root file system with a release file, dpkg's list of packages and whatever files besides. */
export function writeDebRoot(
  root: string,
  osRelease: string,
  packages: readonly DebPackage[],
  files: Readonly<Record<string, string>> = {},
): void {
  const paragraphs = packages.map(
    ({ name, version, source, sourceVersion }) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: ${source} (${sourceVersion})\nVersion: ${version}\n`,
  );
  writeFeed(root, 'etc/os-release', osRelease);
  writeFeed(root, 'var/lib/dpkg/status', `${paragraphs.join('\n')}\n`);
  for (const [path, content] of Object.entries(files)) writeFeed(root, path, content);
}

/** Whether the first of each pair is below the second, by dpkg itself. */
export function dpkgIsBelow(pairs: readonly (readonly [string, string])[]): readonly boolean[] {
  if (pairs.length === 0) return [];
  const script = 'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo 1; else echo 0; fi; done';
  const output = execFileSync('sh', ['-c', script], { input: `${pairs.map((pair) => pair.join(' ')).join('\n')}\n`, encoding: 'utf8' });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line === '1');
}

/** `package version name fixed` of every finding, `-` where nothing is said to fix it; sorted. */
export function findingsWithFixes({ package_vulnerabilities, packages, vulnerabilities }: ReportJson): readonly string[] {
  return Object.entries(package_vulnerabilities)
    .flatMap(([id, found]) =>
      found.map((each) => {
        const { name, fixed_in_version: fixed } = vulnerabilities[each] ?? { name: '', fixed_in_version: '' };
        return [packages[id]?.name, packages[id]?.version, name, fixed === '' ? '-' : fixed].join(' ');
      }),
    )
    .sort();
}
