import type { Advisory, AdvisoryRow, Namespace, ParseOptions } from '../../../contracts/index.ts';
import type { AffectedPackage } from '../../../core/index.ts';
import { SkippedRecords } from '../../../families/index.ts';
import { jsonPointer, member, objectEntries, streamJson, text } from '../../../formats/json-stream/index.ts';
import { readReleaseState } from './release-state.ts';
import { namespaceOf, releaseOfCodename } from './release.ts';

/** Debian's security tracker as JSON: source package → CVE → release. */
export const trackerUrl = 'https://security-tracker.debian.org/tracker/data/json';

/**
 * One advisory a source package and CVE, with one row a release. A record that cannot be read is skipped and counted.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseTracker(
  body: AsyncIterable<Uint8Array>,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const parser = new TrackerParser();
  for await (const piece of streamJson(body, { signal: options.signal })) {
    if (piece.kind !== 'member') continue;
    // One by one: `yield*` over what is not asynchronous waits once more for each.
    for (const advisory of parser.sourcePackage(piece.key, piece.value)) yield advisory;
  }
  parser.skipped.report(updater, options);
}

class TrackerParser {
  readonly skipped = new SkippedRecords();
  /** By codename: one object for all rows of a release. */
  readonly #namespaces = new Map<string, Namespace>();

  *sourcePackage(name: string, records: unknown): Generator<Advisory, void, undefined> {
    const entries = objectEntries(records);
    if (entries === undefined || name === '') {
      this.skipped.add(jsonPointer(name));
      return;
    }
    const affected: AffectedPackage = { name, kind: 'source', module: '', arch: '', archOperation: '' };
    for (const [id, record] of entries) {
      const rows = this.#rows(affected, id, record);
      if (rows.length > 0) yield advisory(name, id, record, rows);
    }
  }

  #rows(affected: AffectedPackage, id: string, record: unknown): readonly AdvisoryRow[] {
    const releases = objectEntries(member(record, 'releases'));
    const at = jsonPointer(affected.name, id);
    if (releases === undefined || id === '') {
      this.skipped.add(at);
      return [];
    }
    const rows: AdvisoryRow[] = [];
    for (const [codename, value] of releases) {
      const pointer = `${at}/releases${jsonPointer(codename)}`;
      const state = readReleaseState(value);
      if (state === undefined || codename === '') {
        this.skipped.add(pointer);
        continue;
      }
      const { range, status, fixState, severity, normalizedSeverity } = state;
      rows.push({
        namespace: this.#namespace(codename),
        package: affected,
        range,
        status,
        fixState,
        severity,
        normalizedSeverity,
        pointer,
      });
    }
    return rows;
  }

  #namespace(codename: string): Namespace {
    const known = this.#namespaces.get(codename);
    if (known) return known;
    const namespace = namespaceOf(releaseOfCodename(codename));
    this.#namespaces.set(codename, namespace);
    return namespace;
  }
}

function advisory(part: string, name: string, record: unknown, rows: readonly AdvisoryRow[]): Advisory {
  return {
    part,
    name,
    aliases: [],
    description: text(member(record, 'description')) ?? '',
    links: [`https://security-tracker.debian.org/tracker/${encodeURIComponent(name)}`, ...bugLinks(member(record, 'debianbug'))],
    issued: '',
    // urgency is given release by release: it stands with the rows
    severity: '',
    normalizedSeverity: 'Unknown',
    url: trackerUrl,
    rows,
  };
}

/** `debianbug` is the number of a report in Debian's bug tracker. */
function bugLinks(bug: unknown): readonly string[] {
  return typeof bug === 'number' && Number.isSafeInteger(bug) ? [`https://bugs.debian.org/${bug}`] : [];
}
