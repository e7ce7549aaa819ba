import { rpmOrder, type Compare } from './naive-rpm-order.ts';
import { naiveRpmCompare } from './naive-rpm.ts';

/** What an advisory says of one package, as a proof reads it out of a feed with a few lines of its own. */
export interface NaiveFix {
  readonly advisory: string;
  readonly cves: readonly string[];
  readonly name: string;
  /** Empty: any. */
  readonly arch: string;
  /** `name:stream`; empty: none; undefined: the feed does not tell modules. */
  readonly module: string | undefined;
  /** Affected from here on. */
  readonly introduced?: string;
  /** Affected above it. */
  readonly above?: string;
  /** Affected below it. */
  readonly fixed?: string;
  /** Affected up to and with it. */
  readonly last?: string;
  /** Said to be not affected, whatever the version. */
  readonly isCleared?: boolean;
}

/** A package of a made root file system. */
export interface BenchPackage {
  readonly name: string;
  /** `[epoch:]version-release`, as a report writes it. */
  readonly evr: string;
  readonly arch: string;
  readonly module: string;
  /** What advisories are compared with, where they speak of the source. */
  readonly source?: { readonly name: string; readonly evr: string };
}

/** How a feed is meant. */
export interface FeedReading {
  readonly fixes: readonly NaiveFix[];
  /** Whether its names are those of source packages; then without epochs, which a database does not name of them. */
  readonly ofSources: boolean;
  /** Of an erratum each build holds its fix: being at one is enough. Elsewhere each statement stands for itself. */
  readonly builds: 'below-every' | 'below-any';
}

/** Three of each package of the feed, up to `most`: just below its newest bound, at it, just above. */
export function packagesAround({ fixes, ofSources }: FeedReading, most: number): readonly BenchPackage[] {
  const newest = new Map<string, NaiveFix & { readonly bound: string }>();
  for (const fix of fixes) {
    const bound = fix.fixed ?? fix.last ?? '';
    if (!/^[\w.:~^+]+-[\w.~^+]+$/.test(bound)) continue;
    // What is open to the end has bounds of its own: it is not to be hidden by a fix of the same package.
    const key = [fix.name, fix.arch, fix.module, fix.last !== undefined].join(' ');
    const known = newest.get(key);
    if (!known || naiveRpmCompare(known.bound, bound) < 0) newest.set(key, { ...fix, bound });
  }
  // Spread over the feed, so that every repository and year has some.
  const all = [...newest.values()];
  const step = Math.max(1, Math.floor(all.length / most));
  const chosen = all.filter((_, index) => index % step === 0).slice(0, most);
  return chosen.flatMap(({ name, arch, module = '', bound }, index) =>
    ['~', '', '^'].map((suffix): BenchPackage => {
      const facts = { name, evr: bound.replace(/^0:/, '') + suffix, arch: arch || 'x86_64', module };
      return ofSources ? asPartOf(facts, index) : facts;
    }),
  );
}

/** A binary of that source, with a name, an epoch and a version of its own that order the other way. */
function asPartOf({ name, evr, arch, module }: BenchPackage, index: number): BenchPackage {
  const epoch = index % 3 === 0 ? '' : `${index % 3}:`;
  return { name: `${name}-part${index}`, evr: `${epoch}99-${evr.replaceAll('-', '.')}`, arch, module, source: { name, evr } };
}

/** `name version CVE`, sorted, and who is said not to be affected. */
export function calculate({ fixes, builds, ofSources }: FeedReading, packages: readonly BenchPackage[]): BenchFindings {
  const byName = Map.groupBy(fixes, ({ name }) => name);
  const asked = packages.map((each) => {
    const { name, evr } = (ofSources ? each.source : undefined) ?? each;
    const meant = (byName.get(name) ?? []).filter((fix) => isMeant(fix, each));
    return { each, evr, meant };
  });
  const order = rpmOrder(asked.flatMap(({ evr, meant }) => meant.flatMap((fix) => boundsOf(fix).map((bound) => [evr, bound] as const))));
  const found: string[] = [];
  const cleared: string[] = [];
  for (const { each, evr, meant } of asked) {
    const line = (cve: string): string => `${each.name} ${each.evr} ${cve}`;
    const cves = (of: readonly NaiveFix[]): readonly string[] => [...new Set(of.flatMap((fix) => fix.cves))];
    const advisories = [...Map.groupBy(meant, ({ advisory }) => advisory).values()];
    const holding = advisories.filter((all) =>
      isAffected(
        all.filter(({ isCleared }) => isCleared !== true),
        { evr, order, builds },
      ),
    );
    const affecting = cves(holding.flat());
    found.push(...affecting.map(line));
    // Who says "affected" beside one who says "not affected" is believed.
    const clearing = cves(meant.filter(({ isCleared }) => isCleared === true));
    cleared.push(...clearing.filter((cve) => !affecting.includes(cve)).map(line));
  }
  return { found: found.sort(), cleared: cleared.sort() };
}

export interface BenchFindings {
  readonly found: readonly string[];
  readonly cleared: readonly string[];
}

function isMeant({ arch, module }: NaiveFix, { arch: installed, module: enabled }: BenchPackage): boolean {
  return (arch === '' || arch === installed) && (module === undefined || module === enabled);
}

function boundsOf({ introduced, above, fixed, last }: NaiveFix): readonly string[] {
  return [introduced, above, fixed, last].filter((bound) => bound !== undefined);
}

interface Installed {
  readonly evr: string;
  readonly order: Compare;
  readonly builds: FeedReading['builds'];
}

function isAffected(all: readonly NaiveFix[], { evr, order, builds }: Installed): boolean {
  const isBelow = ({ fixed, last }: NaiveFix): boolean =>
    (fixed === undefined || order(evr, fixed) < 0) && (last === undefined || order(evr, last) <= 0);
  const isFrom = ({ introduced, above }: NaiveFix): boolean =>
    (introduced === undefined || order(evr, introduced) >= 0) && (above === undefined || order(evr, above) > 0);
  if (all.length === 0) return false;
  if (builds === 'below-any') return all.some((fix) => isBelow(fix) && isFrom(fix));
  return all.every(isBelow) && all.some(isFrom);
}
