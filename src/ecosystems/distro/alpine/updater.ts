import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { fetchConditionally } from '../../../families/index.ts';
import { parseSecdb, secdbUrl, type SecdbDocument } from './advisory.ts';
import { folderOf, namespaceKey, releaseOfNamespace, type AlpineRelease } from './release.ts';

/** The first release that the security database covers. */
const firstMinor = 2;
/** 3.2 had `main` alone. */
const firstMinorWithCommunity = 3;
/** So many releases are asked for at a time; where a whole step finds none, the last one was found. */
const step = 8;
/** Asked for in any case, so that a mirror may lack the old ones. */
const askedAnyhow = 3 * step;
/** A server that says yes to everything is not asked for ever. */
const mostMinors = 200;

/** Of {@link parseSecdb}: grows when it gives other rows for the same document. */
const version = 1;

export function createAlpineUpdater(document: SecdbDocument): Updater {
  const name = updaterName(document);
  const url = secdbUrl(document);
  const namespace = namespaceKey(document.release);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (asked) => asked === namespace,
    fetch: (fingerprint, options) => fetchConditionally(url, fingerprint, options),
    parse: (body, options) => parseSecdb(body, document, name, options),
  });
}

function updaterName({ release, repository }: SecdbDocument): string {
  return `alpine-${repository}-${folderOf(release)}-updater`;
}

/** The documents that a release is told of by. */
function documentsOf(release: AlpineRelease): readonly SecdbDocument[] {
  const main = { release, repository: 'main' };
  if (release !== 'edge' && Number(release.slice(2)) < firstMinorWithCommunity) return [main];
  return [main, { release, repository: 'community' }];
}

export const alpineUpdaterSet = defineUpdaterSet({
  id: 'alpine',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : documentsOf(release).map(updaterName);
  },
  versionOf: () => version,
  async discover(options) {
    const documents = options.namespaces === undefined ? await findAll(options) : named(options.namespaces);
    return documents.map(createAlpineUpdater);
  },
});

/** Those of the namespaces, unasked: one that does not exist fails when it is fetched, and that shows. */
function named(namespaces: readonly string[]): readonly SecdbDocument[] {
  const releases = new Set(namespaces.map(releaseOfNamespace));
  return [...releases].flatMap((release) => (release === undefined ? [] : documentsOf(release)));
}

async function findAll(options: DiscoverOptions): Promise<readonly SecdbDocument[]> {
  const found: SecdbDocument[] = [];
  for (let first = firstMinor; first < mostMinors; first += step) {
    const releases = Array.from({ length: step }, (_, offset): AlpineRelease => `3.${first + offset}`);
    const hits = await existing(releases.flatMap(documentsOf), options);
    found.push(...hits);
    if (hits.length === 0 && first >= askedAnyhow) break;
  }
  return [...found, ...(await existing(documentsOf('edge'), options))];
}

async function existing(documents: readonly SecdbDocument[], { client, signal }: DiscoverOptions): Promise<readonly SecdbDocument[]> {
  const answers = await Promise.all(documents.map((document) => client.exists(secdbUrl(document), { signal })));
  return documents.filter((_, index) => answers[index] === true);
}
