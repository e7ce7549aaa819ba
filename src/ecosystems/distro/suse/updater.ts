import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { FeedError, LimitError } from '../../../core/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { createSuseOsvUpdaterSet } from '../../../families/osv/index.ts';
import { suseProfile } from './advisory.ts';
import { ovalFolder, releaseOfFile, urlsOf } from './feed-files.ts';
import { releasesOfProduct } from './products.ts';
import { namespaceKey, namespaceOf, releaseOfNamespace, type SuseRelease } from './release.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 2;
/** Bytes of the folder's page. */
const maxPage = 4 * 1024 * 1024;

/** Asked for where a mirror shows no folder. */
const known: readonly string[] = [
  ...['12.3', '12.4', '12.5', '15.0', '15.1', '15.2', '15.3', '15.4', '15.5', '15.6', '15.7', '16.0'].map((of) => `suse:sles:${of}`),
  ...['5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '6.0', '6.1', '6.2'].map((of) => `suse:slem:${of}`),
  ...['15.0', '15.1', '15.2', '15.3', '15.4', '15.5', '15.6', '16.0'].map((of) => `suse:leap:${of}`),
  'suse:tumbleweed',
];

export function createSuseUpdater(release: SuseRelease): Updater {
  const namespace = namespaceKey(release);
  const serves = (asked: string): boolean => asked === namespace;
  return createOvalUpdater({ name: updaterName(release), version, urls: urlsOf(release), serves, profile: suseProfile(release) });
}

/** `suse-sles-15.5-updater`, `suse-tumbleweed-updater`. */
function updaterName(release: SuseRelease): string {
  return `${namespaceKey(release).replaceAll(':', '-')}-updater`;
}

/** SUSE's OVAL: one document a release. */
export const suseUpdaterSet = defineUpdaterSet({
  id: 'suse',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : [updaterName(release)];
  },
  versionOf: () => version,
  async discover(options) {
    const namespaces = options.namespaces ?? (await findAll(options));
    return [...new Set(namespaces)].flatMap((namespace) => {
      const release = releaseOfNamespace(namespace);
      return release === undefined ? [] : [createSuseUpdater(release)];
    });
  },
});

/** The same from OSV's bucket, in place of it: `--feed-source suse=osv`. */
export const suseOsvUpdaterSet = createSuseOsvUpdaterSet({
  namespacesOfProduct: (product) => releasesOfProduct(product).map(namespaceOf),
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
});

async function findAll(options: DiscoverOptions): Promise<readonly string[]> {
  const listed = await readFolder(options);
  return listed.length > 0 ? listed : findKnown(options);
}

/** The releases of the documents that the folder's page links to; none where there is no such page. */
async function readFolder({ client, signal }: DiscoverOptions): Promise<readonly string[]> {
  try {
    const response = await client.get(ovalFolder, { signal });
    if (response.kind !== 'body') return [];
    const page = await readPage(response.body);
    const names = page.matchAll(/href="(?:\.\/)?([\w.-]{1,100}\.xml\.gz)"/g);
    const releases = [...names].flatMap(([, name = '']) => releaseOfFile(name) ?? []);
    return [...new Set(releases.map(namespaceKey))].sort();
  } catch (error) {
    // A mirror in a directory, say: what it has is found by asking.
    if (error instanceof FeedError) return [];
    throw error;
  }
}

async function readPage(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let page = '';
  for await (const chunk of body) {
    page += decoder.decode(chunk, { stream: true });
    if (page.length > maxPage) throw new LimitError('LIMIT_READ', { what: 'the page of a folder', limit: maxPage });
  }
  return page + decoder.decode();
}

async function findKnown({ client, signal }: DiscoverOptions): Promise<readonly string[]> {
  const found: string[] = [];
  for (const namespace of known) {
    const release = releaseOfNamespace(namespace);
    for (const url of release ? urlsOf(release) : []) {
      if (!(await client.exists(url, { signal }))) continue;
      found.push(namespace);
      break;
    }
  }
  return found;
}
