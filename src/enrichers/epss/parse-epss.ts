import type { Advisory, Namespace, ParseOptions } from '../../contracts/index.ts';
import { FeedError } from '../../core/index.ts';
import { decompressFeed, readLines, SkippedRecords } from '../../families/index.ts';
import { CveFacts } from '../cve-facts.ts';

export const epssUrl = 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz';
export const epssUpdaterName = 'epss-updater';
export const epssNamespace: Namespace = Object.freeze({ key: 'cve:epss', scheme: 'semver' });

/** What the first line may say, since February 2022. */
interface Model {
  readonly version: string;
  readonly date: string;
}

/**
 * EPSS' scores in each of their three forms: two columns; three, with the percentile (September 2021); a first line with the model and the date
 * (February 2022). Lines that cannot be read are left out and counted.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseEpss(body: AsyncIterable<Uint8Array>, options: ParseOptions = {}): AsyncGenerator<Advisory, void, undefined> {
  const facts = new CveFacts();
  const skipped = new SkippedRecords();
  let model: Model = { version: '', date: '' };
  let columns: Columns | undefined;
  let number = 0;
  for await (const line of readLines(decompressFeed(body, options), { signal: options.signal })) {
    number += 1;
    if (line === '') continue;
    if (line.startsWith('#')) model = readModel(line);
    else if (columns === undefined) columns = readColumns(line);
    else if (!addScore(facts, line, columns)) skipped.add(`line ${number}`);
  }
  if (facts.size === 0) throw new FeedError('FEED_MALFORMED', { reason: 'no scores' });
  skipped.report(epssUpdaterName, options);
  yield* facts.advisories({ namespace: epssNamespace, url: epssUrl, issued: model.date, version: model.version });
}

/** Where in a line what stands; −1: not in this feed. */
interface Columns {
  readonly cve: number;
  readonly epss: number;
  readonly percentile: number;
}

function readColumns(line: string): Columns {
  const names = line.split(',').map((name) => name.trim());
  const columns = { cve: names.indexOf('cve'), epss: names.indexOf('epss'), percentile: names.indexOf('percentile') };
  if (columns.cve < 0 || columns.epss < 0) throw new FeedError('FEED_MALFORMED', { reason: 'no columns cve and epss' });
  return columns;
}

/** `#model_version:v2023.03.01,score_date:2023-03-07T00:00:00+0000` */
function readModel(line: string): Model {
  const valueOf = (key: string): string => new RegExp(`[#,]${key}:([\\w.:+-]{1,64})(?:,|$)`).exec(line)?.[1] ?? '';
  return { version: valueOf('model_version'), date: valueOf('score_date').replace(/([+-]\d{2})(\d{2})$/, '$1:$2') };
}

function addScore(facts: CveFacts, line: string, columns: Columns): boolean {
  const cells = line.split(',');
  const epss = readShare(cells[columns.epss]);
  const percentile = columns.percentile < 0 ? '' : readShare(cells[columns.percentile]);
  if (epss === undefined || percentile === undefined) return false;
  return facts.add(cells[columns.cve] ?? '', percentile === '' ? epss : `${epss} ${percentile}`);
}

/** A number from 0 to 1, as it is written. */
function readShare(cell = ''): string | undefined {
  const isShare = /^(?:0|1|[01]?\.\d{1,30}|\d(?:\.\d{1,30})?e-\d{1,3})$/i.test(cell) && Number(cell) <= 1;
  return isShare ? cell : undefined;
}
