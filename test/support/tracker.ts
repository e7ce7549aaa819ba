import { readFileSync } from 'node:fs';

/** The Debian security tracker's JSON, as far as the proofs read it. */
export type Tracker = Readonly<Record<string, Readonly<Record<string, { readonly releases: Readonly<Record<string, TrackerRelease>> }>>>>;

interface TrackerRelease {
  readonly status: 'resolved' | 'open' | 'undetermined';
  readonly fixed_version?: string;
  readonly urgency: string;
}

export const trackerHost = 'security-tracker.debian.org';

export function readTracker(feeds: string): Tracker {
  return JSON.parse(readFileSync(`${feeds}/${trackerHost}/tracker/data/json`, 'utf8')) as Tracker;
}

/** What a source package of a release is affected by at a version, calculated from the document alone. */
export function affectedBy(
  tracker: Tracker,
  release: string,
  source: string,
  version: string,
  isLess: (a: string, b: string) => boolean,
): string[] {
  return Object.entries(tracker[source] ?? {}).flatMap(([name, { releases }]) => {
    const state = releases[release];
    if (state === undefined || state.status === 'undetermined') return [];
    if (state.status === 'open') return [name];
    if (state.fixed_version === undefined || state.fixed_version === '0') return [];
    return isLess(version, state.fixed_version) ? [name] : [];
  });
}
