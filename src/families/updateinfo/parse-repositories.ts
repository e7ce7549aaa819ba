import type { Advisory, Namespace, ParseOptions } from '../../contracts/index.ts';
import { diagnostic } from '../../core/index.ts';
import { readUpdateinfo, type UpdateRecord } from '../../formats/updateinfo/index.ts';
import { decompressFeed } from '../decompress-feed.ts';
import { readBundle } from '../feed-bundle.ts';
import { SkippedRecords } from '../skipped-records.ts';
import { advisoriesOf, severityOfErratum, type Erratum, type ErratumPackage } from './erratum.ts';

/** How a distribution reads the updates of its repositories. */
export interface RepositoriesReading {
  readonly updater: string;
  readonly namespace: Namespace;
  /** Of a body that is a single document. */
  readonly soleRepository: string;
  /** Address of the page about an update. */
  readonly pageOf: (id: string) => string;
  /** The packages of an update of a repository, in order of the repositories; as they stand if absent. */
  readonly packagesOf?: (update: UpdateRecord, repository: string) => readonly ErratumPackage[];
}

/**
 * The advisories of a body that {@link fetchRepositories} gave, or of one `updateinfo.xml`, compressed or not.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseRepositories(
  body: AsyncIterable<Uint8Array>,
  reading: RepositoriesReading,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const { updater, namespace, soleRepository, packagesOf = packagesAsTheyStand } = reading;
  const skipped = new SkippedRecords();
  for await (const part of readBundle(body, soleRepository, options)) {
    if (!part.body) {
      options.onDiagnostic?.(diagnostic('FEED_PART_MISSING', { data: { updater, part: part.name } }));
      continue;
    }
    let index = 0;
    for await (const update of readUpdateinfo(decompressFeed(part.body, options), options)) {
      index += 1;
      if (update === undefined) skipped.add(`${part.name} ${index}`);
      else if (isSecurity(update)) {
        for (const advisory of advisoriesOf(toErratum(update, packagesOf(update, part.name), reading), namespace)) yield advisory;
      }
    }
  }
  skipped.report(updater, options);
}

/** Bug fixes and enhancements are about no vulnerability, unless they name one. */
function isSecurity({ type, references }: UpdateRecord): boolean {
  return type === 'security' || references.some(isCve);
}

function isCve({ type, id }: UpdateRecord['references'][number]): boolean {
  return type === 'cve' && id !== '';
}

export function packagesAsTheyStand({ id, packages }: UpdateRecord): readonly ErratumPackage[] {
  return packages.map(({ name, evr, arch, module }) => ({ name, evr, arch, module, pointer: id }));
}

function toErratum(update: UpdateRecord, packages: readonly ErratumPackage[], { pageOf }: RepositoriesReading): Erratum {
  const { id, references, description, title, issued, severity } = update;
  const page = pageOf(id);
  return {
    id,
    cves: references.filter(isCve).map((each) => each.id),
    description: description === '' ? title : description,
    links: [page, ...references.flatMap(({ href }) => (href === '' ? [] : href))],
    issued: toInstant(issued),
    severity,
    normalizedSeverity: severityOfErratum(severity),
    url: page,
    packages,
  };
}

/** `2018-01-11 21:05`, with seconds in newer ones, in UTC. */
function toInstant(text: string): string {
  const [, date, time, seconds = ':00'] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?/.exec(text) ?? [];
  return date === undefined ? '' : `${date}T${time ?? '00:00'}${time === undefined ? ':00' : seconds}Z`;
}
