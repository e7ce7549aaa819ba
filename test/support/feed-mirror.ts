import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface TrackerState {
  readonly status: 'resolved' | 'open' | 'undetermined';
  readonly fixed_version?: string;
  readonly urgency: string;
}

/** Source package → CVE → its state in bookworm. */
export type TrackerPackages = Readonly<Record<string, Readonly<Record<string, TrackerState>>>>;

/** Source package → version that fixes → ids. */
export type SecdbPackages = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface MirrorContent {
  readonly tracker?: TrackerPackages;
  /** Release folder → repository → packages. */
  readonly secdb?: Readonly<Record<string, Readonly<Record<string, SecdbPackages>>>>;
}

export const trackerPath = 'security-tracker.debian.org/tracker/data/json';
export const secdbPath = (release: string, repository: string): string => `secdb.alpinelinux.org/${release}/${repository}.json`;

/** The document of Debian's security tracker that says this of bookworm. */
export function trackerDocument(packages: TrackerPackages): string {
  const document = mapValues(packages, (records) =>
    mapValues(records, (state) => ({
      description: 'made for a test',
      scope: 'remote',
      releases: { bookworm: { repositories: {}, ...state } },
    })),
  );
  return JSON.stringify(document);
}

/** The document of Alpine's security database that says this of a repository of a release. */
export function secdbDocument(release: string, repository: string, packages: SecdbPackages): string {
  return JSON.stringify({
    distroversion: release,
    reponame: repository,
    packages: Object.entries(packages).map(([name, secfixes]) => ({ pkg: { name, secfixes } })),
  });
}

/** Lays feeds out as HOST/PATH, as `--feed-mirror` wants them. */
export function writeMirror(directory: string, { tracker, secdb = {} }: MirrorContent): void {
  if (tracker) writeFeed(directory, trackerPath, trackerDocument(tracker));
  for (const [release, repositories] of Object.entries(secdb)) {
    for (const [repository, packages] of Object.entries(repositories)) {
      writeFeed(directory, secdbPath(release, repository), secdbDocument(release, repository, packages));
    }
  }
}

export function writeFeed(directory: string, path: string, body: string | Uint8Array): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, body);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
