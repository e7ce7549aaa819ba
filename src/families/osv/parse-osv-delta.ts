import type { FeedChange, ParseOptions } from '../../contracts/index.ts';
import { diagnostic, FeedError } from '../../core/index.ts';
import { readAll } from '../../runtime/index.ts';
import { readDelta } from '../feed-bundle.ts';
import { parseModifiedList } from './modified-list.ts';
import type { OsvSource } from './osv-source.ts';
import { osvListName } from './osv-url.ts';
import { readOsvRecord } from './read-osv-record.ts';
import { UnusedRecords } from './unused-records.ts';

const MiB = 1024 * 1024;
const maxBytes = { list: 64 * MiB, record: 32 * MiB } as const;
/** Parts that are told at a time. */
const batch = 1000;

/**
 * What {@link fetchOsv} found to have changed: the parts that there still are, by `modified_id.csv`, and each record that is new or changed. A
 * record that is listed and not there stays as it was.
 * @throws FeedError `FEED_TRUNCATED`, `FEED_MALFORMED`; LimitError `LIMIT_READ`; AbortedError
 */
export async function* parseOsvDelta(
  body: AsyncIterable<Uint8Array>,
  source: OsvSource,
  options: ParseOptions = {},
): AsyncGenerator<FeedChange, void, undefined> {
  const { signal } = options;
  const unused = new UnusedRecords();
  let missing: { readonly first: string; count: number } | undefined;
  for await (const { name, body: document } of readDelta(body, { signal })) {
    if (!document) {
      missing ??= { first: name, count: 0 };
      missing.count += 1;
      continue;
    }
    const max = name === osvListName ? maxBytes.list : maxBytes.record;
    const content = await readAll(document, { max, what: name, signal });
    if (name === osvListName) {
      yield* presentParts(content);
      continue;
    }
    const reading = readOsvRecord(content, source, ({ id }) => id === name);
    unused.add(reading, `${name}.json`);
    yield { kind: 'replaced', of: { part: name }, advisories: reading.kind === 'used' ? reading.advisories : [] };
  }
  unused.report(source.updater, options);
  if (!missing) return;
  const { first, count } = missing;
  options.onDiagnostic?.(diagnostic('FEED_PART_MISSING', { data: { updater: source.updater, part: first.slice(0, 200), parts: count } }));
}

function* presentParts(content: Uint8Array): Generator<FeedChange, void, undefined> {
  const records = parseModifiedList(new TextDecoder().decode(content));
  if (!records) throw new FeedError('FEED_MALFORMED', { document: osvListName });
  const parts = records.map(({ id }) => id);
  // Also of none: then there are none.
  for (let at = 0; at === 0 || at < parts.length; at += batch) yield { kind: 'present', parts: parts.slice(at, at + batch) };
}
