import type { Advisory, ParseOptions } from '../../../contracts/index.ts';
import { parseSecfixes } from '../../../families/secdb/index.ts';
import { folderOf, namespaceOf, type AlpineRelease } from './release.ts';

/** One document of Alpine's security database: the fixes of a repository of a release. */
export interface SecdbDocument {
  readonly release: AlpineRelease;
  readonly repository: string;
}

export function secdbUrl({ release, repository }: SecdbDocument): string {
  return `https://secdb.alpinelinux.org/${folderOf(release)}/${repository}.json`;
}

/** The advisories of a document: see {@link parseSecfixes}. A document of another release or repository is refused. */
export function parseSecdb(
  body: AsyncIterable<Uint8Array>,
  document: SecdbDocument,
  updater: string,
  options: ParseOptions = {},
): AsyncIterable<Advisory> {
  const { release, repository } = document;
  const reading = {
    updater,
    url: secdbUrl(document),
    namespace: namespaceOf(release),
    tells: { distroversion: folderOf(release), reponame: repository },
    linkOf: (name: string) => `https://security.alpinelinux.org/vuln/${encodeURIComponent(name)}`,
  };
  return parseSecfixes(body, reading, options);
}
