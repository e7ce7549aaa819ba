import { defineUpdaterSet, type FetchOptions, type Updater, type UpdaterSet } from '../../contracts/index.ts';
import { fetchConditionally } from '../../families/index.ts';
import { nvdNamespace, nvdUpdaterName, nvdUrl, parseNvd } from './parse-nvd.ts';

/** Its file holds what is older, too. */
const firstYear = 2002;
/** Of {@link parseNvd}: grows when it gives other facts for the same document. */
const version = 1;
/** Years that are asked about at the same time. */
const together = 4;

const serves = (namespace: string): boolean => namespace === nvdNamespace.key;

/**
 * A feed a year, so that one that changed is fetched without the others. To update all that there is, it is asked which years there are: a mirror
 * may have just some.
 * @param options.now tells how many years there can be; the system's time if absent
 */
export function createNvdUpdaterSet({ now = () => new Date() }: { readonly now?: () => Date } = {}): UpdaterSet {
  const years = (): readonly number[] => {
    const count = now().getUTCFullYear() - firstYear + 1;
    return Array.from({ length: Math.max(0, count) }, (_, index) => firstYear + index);
  };
  return defineUpdaterSet({
    id: 'nvd',
    serves,
    expected: (namespace) => (serves(namespace) ? years().map(nvdUpdaterName) : []),
    versionOf: (updater) => (/^nvd-\d{4}-updater$/.test(updater) ? version : undefined),
    async discover({ namespaces, ...options }) {
      if (namespaces?.some(serves) === false) return [];
      const found = namespaces === undefined ? await existing(years(), options) : years();
      return found.map(updaterOfYear);
    },
  });
}

async function existing(years: readonly number[], { client, signal }: FetchOptions): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < years.length; at += together) {
    const asked = years.slice(at, at + together);
    const answers = await Promise.all(asked.map((year) => client.exists(nvdUrl(year), { signal })));
    found.push(...asked.filter((_, index) => answers[index]));
  }
  return found;
}

function updaterOfYear(year: number): Updater {
  return Object.freeze<Updater>({
    name: nvdUpdaterName(year),
    version,
    serves,
    fetch: (fingerprint, options) => fetchConditionally(nvdUrl(year), fingerprint, options),
    parse: (body, options) => parseNvd(body, year, options),
  });
}
