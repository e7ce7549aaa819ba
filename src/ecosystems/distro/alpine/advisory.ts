import type { Advisory, AdvisoryRow, ParseOptions } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { SkippedRecords } from '../../../families/index.ts';
import { jsonPointer, member, objectEntries, streamJson, text } from '../../../formats/json-stream/index.ts';
import { parseFixIds } from './fix-id.ts';
import { folderOf, namespaceOf, type AlpineRelease } from './release.ts';

/** One document of Alpine's security database: the fixes of a repository of a release. */
export interface SecdbDocument {
  readonly release: AlpineRelease;
  readonly repository: string;
}

export function secdbUrl({ release, repository }: SecdbDocument): string {
  return `https://secdb.alpinelinux.org/${folderOf(release)}/${repository}.json`;
}

/**
 * One advisory a source package and finding, with one row a version that fixed it: what was fixed in two steps is affected
 * below the last. Nothing is given before the document was read to its end.
 * @throws FeedError `FEED_TRUNCATED`; `FEED_MALFORMED`, also for a document of another release or repository; LimitError; AbortedError
 */
export async function* parseSecdb(
  body: AsyncIterable<Uint8Array>,
  document: SecdbDocument,
  updater: string,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const collector = new SecdbCollector(document);
  for await (const piece of streamJson(body, { array: 'packages', signal: options.signal })) {
    if (piece.kind === 'element') collector.package(piece.index, piece.value);
    else if (piece.key === 'distroversion') expectSame(piece.value, folderOf(document.release));
    else if (piece.key === 'reponame') expectSame(piece.value, document.repository);
  }
  yield* collector.advisories();
  collector.skipped.report(updater, options);
}

function expectSame(found: unknown, expected: string): void {
  if (found !== expected) throw new FeedError('FEED_MALFORMED', { reason: 'another release or repository', expected });
}

interface Finding {
  readonly aliases: Set<string>;
  /** By fix, so that one named twice (`CVE-2017-17434-1`, `-2`) is one row. */
  readonly rows: Map<string, AdvisoryRow>;
}

class SecdbCollector {
  readonly skipped = new SkippedRecords();
  readonly #document: SecdbDocument;
  readonly #namespace: AdvisoryRow['namespace'];
  readonly #packages = new Map<string, Map<string, Finding>>();

  constructor(document: SecdbDocument) {
    this.#document = document;
    this.#namespace = namespaceOf(document.release);
  }

  package(index: number, value: unknown): void {
    const pkg = member(value, 'pkg');
    const name = text(member(pkg, 'name'));
    const fixes = objectEntries(member(pkg, 'secfixes'));
    if (name === undefined || fixes === undefined) {
      this.skipped.add(jsonPointer('packages', index));
      return;
    }
    const findings = getOrMake(this.#packages, name, () => new Map<string, Finding>());
    for (const [version, ids] of fixes) this.#fix(findings, name, version, ids, jsonPointer('packages', index, 'pkg', 'secfixes', version));
  }

  #fix(findings: Map<string, Finding>, name: string, version: string, ids: unknown, pointer: string): void {
    if (!Array.isArray(ids) || version === '') {
      this.skipped.add(pointer);
      return;
    }
    for (const [index, entry] of (ids as readonly unknown[]).entries()) {
      const fixIds = typeof entry === 'string' ? parseFixIds(entry) : undefined;
      if (fixIds === undefined) this.skipped.add(`${pointer}/${index}`);
      for (const id of fixIds?.names ?? []) {
        const finding = getOrMake(findings, id, () => ({ aliases: new Set<string>(), rows: new Map<string, AdvisoryRow>() }));
        for (const alias of fixIds?.aliases ?? []) finding.aliases.add(alias);
        if (!finding.rows.has(version)) finding.rows.set(version, this.#row(name, version, `${pointer}/${index}`));
      }
    }
  }

  #row(name: string, version: string, pointer: string): AdvisoryRow {
    const { fixed, status } = isNeverAffected(version)
      ? ({ fixed: undefined, status: 'not_affected' } as const)
      : ({ fixed: version, status: 'affected' } as const);
    return {
      namespace: this.#namespace,
      package: { name, kind: 'source', module: '', arch: '', archOperation: '' },
      range: fixed === undefined ? {} : { fixed },
      status,
      fixState: fixed === undefined ? 'unknown' : 'fixed',
      pointer,
    };
  }

  *advisories(): Generator<Advisory, void, undefined> {
    const url = secdbUrl(this.#document);
    for (const [part, findings] of this.#packages) {
      for (const [name, { aliases, rows }] of findings)
        yield advisory(part, name, [...aliases], withoutContradiction([...rows.values()]), url);
    }
  }
}

/** The version `0`, in some entries with a revision, says that no version of the package was ever affected. */
function isNeverAffected(version: string): boolean {
  return /^0(?:-r\d+)?$/.test(version);
}

/** Who names a fix and says "never affected" of one finding is believed in the first: the safe side. */
function withoutContradiction(rows: readonly AdvisoryRow[]): readonly AdvisoryRow[] {
  const affected = rows.filter((row) => row.status === 'affected');
  return affected.length > 0 ? affected : rows;
}

function advisory(part: string, name: string, aliases: readonly string[], rows: readonly AdvisoryRow[], url: string): Advisory {
  return {
    part,
    name,
    aliases,
    description: '',
    links: [`https://security.alpinelinux.org/vuln/${encodeURIComponent(name)}`],
    issued: '',
    severity: '',
    normalizedSeverity: 'Unknown',
    url,
    rows,
  };
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
