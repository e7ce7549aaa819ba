import { defineUpdaterSet, type Updater, type UpdaterSet } from '../../contracts/index.ts';
import { fetchConditionally } from '../../families/index.ts';
import { nvdNamespace, nvdUpdaterName, nvdUrl, parseNvd } from './parse-nvd.ts';

/** Its file holds what is older, too. */
const firstYear = 2002;
const version = 1;
/** Years that are asked about at the same time. */
const together = 4;

/**
 * A feed a year, so that one that changed is fetched without the others. Which years there are is asked: a mirror may have just some.
 * @param options.now tells how many years there can be
 */
export function createNvdUpdaterSet({ now = () => new Date() }: { readonly now?: () => Date } = {}): UpdaterSet {
  const years = (): readonly number[] =>
    Array.from({ length: Math.max(0, now().getUTCFullYear() - firstYear + 1) }, (_, index) => firstYear + index);
  const serves = (namespace: string): boolean => namespace === nvdNamespace.key;
  return defineUpdaterSet({
    id: 'nvd',
    serves,
    expected: () => years().map(nvdUpdaterName),
    versionOf: () => version,
    async discover({ client, signal }) {
      const found: number[] = [];
      const all = years();
      for (let at = 0; at < all.length; at += together) {
        const asked = all.slice(at, at + together);
        const answers = await Promise.all(asked.map((year) => client.exists(nvdUrl(year), { signal })));
        found.push(...asked.filter((_, index) => answers[index]));
      }
      return found.map(updaterOfYear);
    },
  });
}

function updaterOfYear(year: number): Updater {
  return Object.freeze<Updater>({
    name: nvdUpdaterName(year),
    version,
    serves: (namespace) => namespace === nvdNamespace.key,
    fetch: (fingerprint, options) => fetchConditionally(nvdUrl(year), fingerprint, options),
    parse: (body, options) => parseNvd(body, year, options),
  });
}
