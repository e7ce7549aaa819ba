import type { Advisory, ParseOptions } from '../../../contracts/index.ts';
import { parseSecfixes } from '../../../families/secdb/index.ts';
import { namespaceOf, type WolfiDistribution } from './release.ts';

const documents: Readonly<Record<WolfiDistribution, { readonly url: string; readonly repository: string }>> = {
  wolfi: { url: 'https://packages.wolfi.dev/os/security.json', repository: 'os' },
  chainguard: { url: 'https://packages.cgr.dev/chainguard/security.json', repository: 'chainguard' },
};

export function secdbUrl(release: WolfiDistribution): string {
  return documents[release].url;
}

/** The advisories of a distribution's security database: see {@link parseSecfixes}. The database of the other one is refused. */
export function parseSecdb(
  body: AsyncIterable<Uint8Array>,
  release: WolfiDistribution,
  updater: string,
  options: ParseOptions = {},
): AsyncIterable<Advisory> {
  const { url, repository } = documents[release];
  return parseSecfixes(body, { updater, url, namespace: namespaceOf(release), tells: { reponame: repository }, linkOf }, options);
}

/** The database has no page of its own for a finding: the page of whoever gave the id. */
function linkOf(name: string): string {
  const id = encodeURIComponent(name);
  return name.startsWith('GHSA-') ? `https://github.com/advisories/${id}` : `https://nvd.nist.gov/vuln/detail/${id}`;
}
