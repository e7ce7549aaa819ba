import { Libvuln, type LibvulnOptions } from '../libvuln/index.ts';
import type { Updater, UpdaterSet } from '../contracts/index.ts';
import { UsageError } from '../core/index.ts';
import { checkChoice, checkInteger, checkList, createFeedClient } from '../runtime/index.ts';
import { versionSchemes } from '../versions/index.ts';
import { openMatcherStore, splitDataStore, type DataStoreOptions } from './data-store.ts';
import { defaultMatchers } from './ecosystems.ts';
import { defaultEnrichers } from './enrichers.ts';
import { toUpdaterSet } from './to-updater-set.ts';
import { selectUpdaterSets } from './updater-sets.ts';

/** Whatever is not given is the default. */
export interface LibvulnSettings extends Partial<Omit<LibvulnOptions, 'store' | 'updateConcurrency' | 'run'>> {
  /** How many updaters run at the same time, at the start and later; 2 if absent. */
  readonly updaterInitConcurrency?: number;
  /** Updaters of your own, or sets of them, beside `updaterSets`; with `updaterSets: []` in place of those that come with this package. */
  readonly updaters?: readonly (Updater | UpdaterSet)[];
  /** Only updaters whose name it matches: a regular expression, also as text. */
  readonly run?: string | RegExp;
}

/** The data store, and whatever else is not to be the default: docs/reference/options.md tells each. */
export type OpenLibvulnOptions = DataStoreOptions & LibvulnSettings;

/** A compiler error here says that an option was added or taken away. */
const settings: Readonly<Record<keyof LibvulnSettings, true>> = {
  clock: true,
  enrichers: true,
  feeds: true,
  initialUpdate: true,
  logger: true,
  matchers: true,
  resources: true,
  retention: true,
  run: true,
  signal: true,
  staleAfter: true,
  updateInterval: true,
  updaterInitConcurrency: true,
  updaters: true,
  updaterSets: true,
  versionSchemes: true,
};

const minute = 60_000;
/** Beyond it a timer of the platform fires at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * A Libvuln with everything that comes with this package. Unless `initialUpdate` says otherwise, all feeds are loaded before it resolves,
 * from their vendors or from `feeds`, and again every `updateInterval`.
 *
 * @example
 * ```ts
 * // Fetches just what an image needs, when it is needed.
 * await using feeds = createFeedClient();
 * await using libvuln = await openLibvuln({ dataStore: 'sqlite', path: 'claircore.db', feeds, initialUpdate: 'none' });
 * await libvuln.update({ namespaces: libvuln.requiredNamespaces(indexReport), maxAge: 6 * 3_600_000 });
 * const report = await libvuln.scan(indexReport);
 * ```
 * @throws UsageError `USAGE_OPTION` naming the option, its value and what it takes, before anything was opened; also for an option
 * that there is not. UsageError `USAGE_PLUGIN`; StoreError
 */
export async function openLibvuln(options: OpenLibvulnOptions): Promise<Libvuln> {
  const [dataStore, rest] = splitDataStore<LibvulnSettings>(options, settings);
  checkSettings(rest);
  const { updaterInitConcurrency, updaters = [], run: _, resources = [], ...others } = rest;
  const run = toFilter(rest.run);
  await using opened = new AsyncDisposableStack();
  const vendors = rest.feeds ? undefined : opened.use(createFeedClient());
  const store = opened.use(await openMatcherStore(dataStore));
  const libvuln = await Libvuln.open({
    ...others,
    ...(run && { run }),
    ...(updaterInitConcurrency !== undefined && { updateConcurrency: updaterInitConcurrency }),
    store,
    ...(vendors && { feeds: vendors }),
    updaterSets: [...(rest.updaterSets ?? selectUpdaterSets()), ...updaters.map(toUpdaterSet)],
    matchers: rest.matchers ?? defaultMatchers,
    enrichers: rest.enrichers ?? defaultEnrichers,
    versionSchemes: rest.versionSchemes ?? versionSchemes,
    initialUpdate: rest.initialUpdate ?? 'wait',
    resources: [...resources, ...(vendors ? [vendors] : [])],
  });
  opened.move();
  return libvuln;
}

function checkSettings(given: LibvulnSettings): void {
  checkChoice('initialUpdate', given.initialUpdate, ['wait', 'background', 'none']);
  checkInteger('updateInterval', given.updateInterval, { min: minute, max: longestTimer, unit: 'ms' });
  checkInteger('updaterInitConcurrency', given.updaterInitConcurrency, { min: 1, max: 1024 });
  checkInteger('retention', given.retention, { min: 0, max: 1_000_000, unit: 'operations' });
  checkInteger('staleAfter', given.staleAfter, { min: 0, max: Number.MAX_SAFE_INTEGER, unit: 'ms' });
  checkList('matchers', given.matchers);
  checkList('updaterSets', given.updaterSets);
  checkList('updaters', given.updaters);
  checkList('enrichers', given.enrichers);
}

/** Without `g` and `y`: those remember where they stopped. */
function toFilter(run: string | RegExp | undefined): RegExp | undefined {
  if (run === undefined) return undefined;
  if (run instanceof RegExp) return new RegExp(run.source, run.flags.replaceAll(/[gy]/g, ''));
  try {
    if (typeof run === 'string') return new RegExp(run);
  } catch (cause) {
    throw new UsageError('USAGE_OPTION', { option: 'run', value: run.slice(0, 160), expected: 'a regular expression' }, { cause });
  }
  throw new UsageError('USAGE_OPTION', { option: 'run', value: typeof run, expected: 'a regular expression' });
}
