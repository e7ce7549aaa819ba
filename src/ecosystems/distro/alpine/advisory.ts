import type { Advisory, AdvisoryRow, ParseOptions } from '../../../contracts/index.ts';
import { FeedError, type AffectedPackage } from '../../../core/index.ts';
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
  // One by one: `yield*` over what is not asynchronous waits once more for each.
  for (const advisory of collector.advisories()) yield advisory;
  collector.skipped.report(updater, options);
}

function expectSame(found: unknown, expected: string): void {
  if (found !== expected) throw new FeedError('FEED_MALFORMED', { reason: 'another release or repository', expected });
}

/** Nearly all have one row and no alias: only the others get a map and a set. */
interface Finding {
  readonly name: string;
  readonly version: string;
  readonly row: AdvisoryRow;
  aliases: Set<string> | undefined;
  /** The rows of other versions by version, so that one named twice (`CVE-2017-17434-1`, `-2`) is one row. */
  others: Map<string, AdvisoryRow> | undefined;
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
    const findings = this.#packages.get(name) ?? new Map<string, Finding>();
    this.#packages.set(name, findings);
    const of: AffectedPackage = { name, kind: 'source', module: '', arch: '', archOperation: '' };
    for (const [version, ids] of fixes) this.#fix(findings, of, version, ids, jsonPointer('packages', index, 'pkg', 'secfixes', version));
  }

  #fix(findings: Map<string, Finding>, of: AffectedPackage, version: string, ids: unknown, pointer: string): void {
    if (!Array.isArray(ids) || version === '') {
      this.skipped.add(pointer);
      return;
    }
    for (const [index, entry] of (ids as readonly unknown[]).entries()) {
      const fixIds = typeof entry === 'string' ? parseFixIds(entry) : undefined;
      if (fixIds === undefined) this.skipped.add(`${pointer}/${index}`);
      for (const name of fixIds?.names ?? []) {
        const known = findings.get(name);
        const finding = known ?? newFinding(name, version, this.#row(of, version, `${pointer}/${index}`));
        if (!known) findings.set(name, finding);
        else if (!hasVersion(known, version)) (known.others ??= new Map()).set(version, this.#row(of, version, `${pointer}/${index}`));
        for (const alias of fixIds?.aliases ?? []) (finding.aliases ??= new Set()).add(alias);
      }
    }
  }

  #row(of: AffectedPackage, version: string, pointer: string): AdvisoryRow {
    const { fixed, status } = isNeverAffected(version)
      ? ({ fixed: undefined, status: 'not_affected' } as const)
      : ({ fixed: version, status: 'affected' } as const);
    return {
      namespace: this.#namespace,
      package: of,
      range: fixed === undefined ? {} : { fixed },
      status,
      fixState: fixed === undefined ? 'unknown' : 'fixed',
      pointer,
    };
  }

  *advisories(): Generator<Advisory, void, undefined> {
    const url = secdbUrl(this.#document);
    for (const [part, findings] of this.#packages) {
      for (const finding of findings.values()) yield advisory(part, finding, url);
    }
  }
}

function newFinding(name: string, version: string, row: AdvisoryRow): Finding {
  return { name, version, row, aliases: undefined, others: undefined };
}

function hasVersion({ version, others }: Finding, asked: string): boolean {
  return version === asked || others?.has(asked) === true;
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

function advisory(part: string, { name, row, aliases, others }: Finding, url: string): Advisory {
  const rows = others ? withoutContradiction([row, ...others.values()]) : [row];
  return {
    part,
    name,
    aliases: aliases ? [...aliases] : [],
    description: '',
    links: [`https://security.alpinelinux.org/vuln/${encodeURIComponent(name)}`],
    issued: '',
    severity: '',
    normalizedSeverity: 'Unknown',
    url,
    rows,
  };
}
