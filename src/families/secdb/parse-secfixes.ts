import type { Advisory, AdvisoryRow, Namespace, ParseOptions } from '../../contracts/index.ts';
import { FeedError, LimitError, type AffectedPackage } from '../../core/index.ts';
import { jsonPointer, member, objectEntries, streamJson, text } from '../../formats/json-stream/index.ts';
import { SkippedRecords } from '../skipped-records.ts';
import { parseFixIds } from './fix-id.ts';

/** How a distribution reads a document of its security database. */
export interface SecdbReading {
  readonly updater: string;
  /** Of the document. */
  readonly url: string;
  readonly namespace: Namespace;
  /** What the document says of itself, e.g. its `reponame`: one that says something else is refused. */
  readonly tells: Readonly<Record<string, string>>;
  /** Address of the page about a finding. */
  readonly linkOf: (name: string) => string;
}

/**
 * Fixes as Alpine's security database has them (`packages[].pkg.secfixes`: versions with what each fixed), and the databases that follow it.
 * One advisory a source package and finding, with one row a version that fixed it: what was fixed in two steps is affected
 * below the last. Nothing is given before the document was read to its end.
 * @throws FeedError `FEED_TRUNCATED`; `FEED_MALFORMED`, also for another document than `tells` says; LimitError; AbortedError
 */
export async function* parseSecfixes(
  body: AsyncIterable<Uint8Array>,
  reading: SecdbReading,
  options: ParseOptions = {},
): AsyncGenerator<Advisory, void, undefined> {
  const collector = new SecfixesCollector(reading);
  const tells = new Map(Object.entries(reading.tells));
  for await (const piece of streamJson(body, { array: 'packages', signal: options.signal })) {
    if (piece.kind === 'element') collector.package(piece.index, piece.value);
    else expectSame(piece.value, tells.get(piece.key));
  }
  // One by one: `yield*` over what is not asynchronous waits once more for each.
  for (const advisory of collector.advisories()) yield advisory;
  collector.skipped.report(reading.updater, options);
}

function expectSame(found: unknown, expected: string | undefined): void {
  if (expected === undefined || found === expected) return;
  throw new FeedError('FEED_MALFORMED', { reason: 'another release or repository', expected });
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

/** What the document says of a package in one place. */
interface SaidFixes {
  readonly index: number;
  readonly fixes: readonly (readonly [version: string, ids: unknown])[];
}

/** Ids and versions of a document: until its end all are in memory, for a package may stand in it twice. The largest have less than two million. */
const mostEntries = 5_000_000;

class SecfixesCollector {
  readonly skipped = new SkippedRecords();
  readonly #reading: SecdbReading;
  readonly #packages = new Map<string, SaidFixes[]>();
  #entries = 0;

  constructor(reading: SecdbReading) {
    this.#reading = reading;
  }

  /** @throws LimitError `LIMIT_READ` */
  package(index: number, value: unknown): void {
    const pkg = member(value, 'pkg');
    const name = text(member(pkg, 'name'));
    const fixes = objectEntries(member(pkg, 'secfixes'));
    if (name === undefined || fixes === undefined) {
      this.skipped.add(jsonPointer('packages', index));
      return;
    }
    for (const [, ids] of fixes) this.#entries += 1 + (Array.isArray(ids) ? ids.length : 0);
    if (this.#entries > mostEntries) throw new LimitError('LIMIT_READ', { what: 'the entries of a security database', limit: mostEntries });
    const said = this.#packages.get(name);
    if (said) said.push({ index, fixes });
    else this.#packages.set(name, [{ index, fixes }]);
  }

  /** Findings take several times what is said: they are made a package at a time. */
  *advisories(): Generator<Advisory, void, undefined> {
    for (const [part, said] of this.#packages) {
      for (const finding of this.#findings(part, said)) yield advisory(part, finding, this.#reading);
      this.#packages.delete(part);
    }
  }

  #findings(part: string, said: readonly SaidFixes[]): Iterable<Finding> {
    const findings = new Map<string, Finding>();
    const of: AffectedPackage = { name: part, kind: 'source', module: '', arch: '', archOperation: '' };
    for (const { index, fixes } of said) {
      for (const [version, ids] of fixes) this.#fix(findings, of, version, ids, jsonPointer('packages', index, 'pkg', 'secfixes', version));
    }
    return findings.values();
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
      namespace: this.#reading.namespace,
      package: of,
      range: fixed === undefined ? {} : { fixed },
      status,
      fixState: fixed === undefined ? 'unknown' : 'fixed',
      pointer,
    };
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

function advisory(part: string, { name, row, aliases, others }: Finding, { url, linkOf }: SecdbReading): Advisory {
  const rows = others ? withoutContradiction([row, ...others.values()]) : [row];
  return {
    part,
    name,
    aliases: aliases ? [...aliases] : [],
    description: '',
    links: [linkOf(name)],
    issued: '',
    severity: '',
    normalizedSeverity: 'Unknown',
    url,
    rows,
  };
}
