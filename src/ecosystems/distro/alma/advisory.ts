import type { Advisory, ParseOptions } from '../../../contracts/index.ts';
import { SkippedRecords } from '../../../families/index.ts';
import {
  advisoriesOf,
  mostErratumBytes,
  severityOfErratum,
  type Erratum,
  type ErratumPackage,
} from '../../../families/updateinfo/index.ts';
import { jsonPointer, member, streamJson, text } from '../../../formats/json-stream/index.ts';
import { namespaceOf, type AlmaRelease } from './release.ts';

export function errataUrl(release: AlmaRelease): string {
  return `https://errata.almalinux.org/${release}/errata.full.json`;
}

/**
 * The errata of a release: an advisory for each erratum and CVE. Errata that are about no vulnerability (bug fixes, enhancements) are none.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseErrata(
  body: AsyncIterable<Uint8Array>,
  release: AlmaRelease,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const skipped = new SkippedRecords();
  const namespace = namespaceOf(release);
  const url = errataUrl(release);
  for await (const piece of streamJson(body, { array: 'data', signal: options.signal, limits: { pieceBytes: mostErratumBytes } })) {
    if (piece.kind !== 'element') continue;
    const pointer = jsonPointer('data', piece.index);
    const erratum = toErratum(piece.value, url, pointer);
    if (erratum === undefined) skipped.add(pointer);
    else if (isSecurity(piece.value, erratum)) for (const advisory of advisoriesOf(erratum, namespace)) yield advisory;
  }
  skipped.report(updater, options);
}

function isSecurity(value: unknown, { cves }: Erratum): boolean {
  return text(member(value, 'type')) === 'security' || cves.length > 0;
}

function toErratum(value: unknown, url: string, pointer: string): Erratum | undefined {
  const id = text(member(value, 'id'));
  const packages = listOf(value, 'packages').map((each, index) => toPackage(each, `${pointer}/packages/${index}`));
  if (id === undefined || packages.includes(undefined)) return undefined;
  const references = listOf(value, 'references');
  const severity = text(member(value, 'severity')) ?? '';
  return {
    id,
    cves: references.flatMap((each) => (text(member(each, 'type')) === 'cve' ? (text(member(each, 'id')) ?? []) : [])),
    description: text(member(value, 'description')) ?? text(member(value, 'title')) ?? '',
    links: references.flatMap((each) => text(member(each, 'href')) ?? []),
    issued: toInstant(member(value, 'issued_date')),
    severity,
    normalizedSeverity: severityOfErratum(severity),
    url,
    packages: packages.filter((each) => each !== undefined),
  };
}

function toPackage(value: unknown, pointer: string): ErratumPackage | undefined {
  const [name, version, release] = [text(member(value, 'name')), text(member(value, 'version')), text(member(value, 'release'))];
  if (name === undefined || version === undefined || release === undefined) return undefined;
  const epoch = text(member(value, 'epoch')) ?? '0';
  const [module = '', stream = ''] = (text(member(value, 'module')) ?? '').split(':', 2);
  return {
    name,
    evr: `${epoch === '0' ? '' : `${epoch}:`}${version}-${release}`,
    arch: text(member(value, 'arch')) ?? '',
    module: module === '' || stream === '' ? '' : `${module}:${stream}`,
    pointer,
  };
}

/** Seconds since 1970. */
function toInstant(value: unknown): string {
  const latest = 253_402_300_799;
  return typeof value === 'number' && value > 0 && value <= latest ? new Date(value * 1000).toISOString() : '';
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name);
  return Array.isArray(list) ? list : [];
}
