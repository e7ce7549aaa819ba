import { defineUpdaterSet, type DiscoverOptions, type Updater, type UpdaterSet } from '../../../contracts/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { systemClock, type Clock } from '../../../runtime/index.ts';
import { elsaYearUrl, oracleProfile } from './advisory.ts';
import { releaseOfNamespace, type OracleRelease } from './release.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;

/** The first document that there is. */
const firstYear = 2007;
/** When a release came out: no advisory before speaks of it. */
const yearOf: Readonly<Record<OracleRelease, number>> = { 6: 2011, 7: 2014, 8: 2019, 9: 2022, 10: 2025 };

const serves = (namespace: string): boolean => releaseOfNamespace(namespace) !== undefined;
const nameOf = (year: number): string => `oracle-${year}-updater`;

export function createOracleYearUpdater(year: number): Updater {
  const url = elsaYearUrl(year);
  return createOvalUpdater({ name: nameOf(year), version, urls: [url], serves, profile: oracleProfile(url) });
}

/**
 * Oracle's advisories as a document a year, in place of the one with all: `--feed-source oracle=yearly`. What an answer needs is every year from
 * the release's first to the current one: a document that Oracle has not begun yet, in the first days of a year, is a feed that failed.
 */
export function createOracleYearlyUpdaterSet(clock: Clock): UpdaterSet {
  const thisYear = (): number => clock.now().getUTCFullYear();
  const yearsOf = (namespace: string): readonly number[] => {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : years(yearOf[release] ?? firstYear, thisYear());
  };
  return defineUpdaterSet({
    id: 'yearly',
    serves,
    expected: (namespace) => yearsOf(namespace).map(nameOf),
    versionOf: () => version,
    async discover(options) {
      const wanted = options.namespaces?.flatMap(yearsOf) ?? (await findYears(options, thisYear()));
      return [...new Set(wanted)].sort((a, b) => a - b).map(createOracleYearUpdater);
    },
  });
}

export const oracleYearlyUpdaterSet = createOracleYearlyUpdaterSet(systemClock);

/** Those that have a document. */
async function findYears({ client, signal }: DiscoverOptions, last: number): Promise<readonly number[]> {
  const asked = years(firstYear, last).map(async (year) => ({ year, exists: await client.exists(elsaYearUrl(year), { signal }) }));
  return (await Promise.all(asked)).filter(({ exists }) => exists).map(({ year }) => year);
}

function years(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
