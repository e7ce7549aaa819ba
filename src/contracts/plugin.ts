import type { Ecosystem } from './ecosystem.ts';
import type { Matcher } from './matcher.ts';
import type { UpdaterSet } from './updater.ts';

/**
 * What a folder under `ecosystems/` gives: plain data, listed once in `defaults`.
 * The id is the folder's name.
 */
export interface Plugin {
  readonly id: string;
  /** Grows with every change of what the plugin finds or says. */
  readonly version: number;
  /** What else must be there, e.g. `versions/deb`, `packagedb/dpkg`; a test checks that it is. */
  readonly needs: readonly string[];
  readonly ecosystem?: Ecosystem;
  readonly updaterSets?: readonly UpdaterSet[];
  readonly matchers?: readonly Matcher[];
}
