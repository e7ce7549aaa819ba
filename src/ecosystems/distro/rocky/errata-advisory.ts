import type { Advisory, ParseOptions } from '../../../contracts/index.ts';
import { readBundle } from '../../../families/feed-bundle.ts';
import { SkippedRecords } from '../../../families/index.ts';
import {
  advisoriesOf,
  mostErratumBytes,
  severityOfErratum,
  type Erratum,
  type ErratumPackage,
} from '../../../families/updateinfo/index.ts';
import { jsonPointer, member, streamJson, text } from '../../../formats/json-stream/index.ts';
import { parseNevra } from '../../../versions/rpm/index.ts';
import { namespaceOf, releaseOfProduct } from './release.ts';

/**
 * Rocky's own errata: an advisory for each erratum, release and CVE, speaking of binary packages. A part of the body is a page, by its address.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseErrata(
  body: AsyncIterable<Uint8Array>,
  firstPage: string,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const skipped = new SkippedRecords();
  for await (const page of readBundle(body, firstPage, options)) {
    if (!page.body) continue;
    for await (const piece of streamJson(page.body, {
      array: 'advisories',
      signal: options.signal,
      limits: { pieceBytes: mostErratumBytes },
    })) {
      if (piece.kind !== 'element') continue;
      const pointer = jsonPointer('advisories', piece.index);
      const errata = errataOf(piece.value, page.name, pointer);
      if (errata === undefined) skipped.add(pointer);
      for (const [release, erratum] of errata ?? []) for (const advisory of advisoriesOf(erratum, namespaceOf(release))) yield advisory;
    }
  }
  skipped.report(updater, options);
}

/** By release; none for what is about no vulnerability, or no release. */
function errataOf(value: unknown, url: string, pointer: string): ReadonlyMap<string, Erratum> | undefined {
  const id = text(member(value, 'name'));
  const packages = listOf(value, 'packages');
  if (id === undefined) return undefined;
  const cves = listOf(value, 'cves').flatMap((each) => text(member(each, 'cve')) ?? []);
  if (text(member(value, 'kind')) !== 'Security' && cves.length === 0) return new Map();
  const byRelease = new Map<string, ErratumPackage[]>();
  for (const [index, each] of packages.entries()) {
    const release = releaseOfProduct(text(member(each, 'product_name')) ?? '');
    if (release === undefined) continue;
    const found = toPackage(each, `${pointer}/packages/${index}`);
    if (found === undefined) return undefined;
    const list = byRelease.get(release) ?? [];
    byRelease.set(release, list);
    list.push(found);
  }
  const severity = text(member(value, 'severity')) ?? '';
  const erratum = {
    id,
    cves,
    description: text(member(value, 'description')) ?? '',
    links: [`https://errata.rockylinux.org/${id}`, ...listOf(value, 'fixes').flatMap((each) => text(member(each, 'source')) ?? [])],
    issued: text(member(value, 'published_at')) ?? '',
    severity,
    normalizedSeverity: severityOfErratum(severity),
    url,
  };
  return new Map([...byRelease].map(([release, list]) => [release, { ...erratum, part: `${id} ${release}`, packages: list }]));
}

function toPackage(value: unknown, pointer: string): ErratumPackage | undefined {
  const nevra = parseNevra(text(member(value, 'nevra')) ?? '');
  if (!nevra || nevra.name === '') return undefined;
  const { name, epoch, version, release, arch } = nevra;
  const [module, stream] = [text(member(value, 'module_name')), text(member(value, 'module_stream'))];
  return {
    name,
    evr: `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}-${release}`,
    arch,
    module: module === undefined || stream === undefined ? '' : `${module}:${stream}`,
    pointer,
  };
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name);
  return Array.isArray(list) ? list : [];
}
