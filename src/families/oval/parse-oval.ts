import type { Advisory, AdvisoryRow, ParseOptions } from '../../contracts/index.ts';
import { streamOval, type OvalCve, type OvalDefinition } from '../../formats/oval/index.ts';
import { TempArena } from '../../runtime/index.ts';
import { decompressFeed } from '../decompress-feed.ts';
import { alternativesOf } from './alternatives.ts';
import { DefinitionSpool, type WaitingAlternative } from './definition-spool.ts';
import { IdTable } from './id-table.ts';
import { OvalTally, type OvalCounts } from './oval-tally.ts';
import type { OvalProfile } from './oval-profile.ts';
import type { PackageFactsOfTest } from './package-test.ts';
import { RowMerger } from './row-merger.ts';
import { TestTable } from './test-table.ts';

export interface ParseOvalOptions extends ParseOptions {
  readonly updater: string;
  readonly profile: OvalProfile;
  /** What became of the document, when it was read to its end. */
  readonly onCounts?: (counts: OvalCounts) => void;
}

/**
 * The advisories of an OVAL document (compressed or not), one for each CVE of a definition; a definition without one goes by the vendor's name.
 * Tests come after all definitions in OVAL: those wait on disk, and nothing is kept in memory but numbers for what they refer to.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseOval(body: AsyncIterable<Uint8Array>, options: ParseOvalOptions): AsyncGenerator<Advisory, void, undefined> {
  const { profile, updater, signal, onCounts } = options;
  using arena = new TempArena();
  const [ids, tally] = [new IdTable(), new OvalTally()];
  const definitions = new DefinitionSpool(arena.create(), ids);
  const tests = new TestTable(ids);
  for await (const piece of streamOval(decompressFeed(body, { signal }), { signal })) {
    if (piece.kind === 'unreadable') tally.skip('definition', piece.section);
    else if (piece.kind === 'definition') definitions.add(piece.definition, piece.criteria ? alternativesOf(piece.criteria, profile) : []);
    else tests.add(piece);
  }
  const parts = new Map<string, number>();
  for (const [definition, alternatives] of definitions) {
    tally.definitions += 1;
    // An id should be there once; what comes later under it must not take the place of what came before.
    const times = (parts.get(definition.id) ?? 0) + 1;
    parts.set(definition.id, times);
    const part = times === 1 ? definition.id : `${definition.id}#${times}`;
    const rows = rowsOf(definition, alternatives, { profile, tests, tally });
    if (rows.length === 0) continue;
    for (const advisory of advisoriesOf(definition, part, rows, profile)) yield advisory;
  }
  tally.report(updater, options);
  onCounts?.(tally);
}

interface RowContext {
  readonly profile: OvalProfile;
  readonly tests: TestTable;
  readonly tally: OvalTally;
}

function rowsOf(
  definition: OvalDefinition,
  alternatives: readonly WaitingAlternative[] | undefined,
  context: RowContext,
): readonly AdvisoryRow[] {
  if (!alternatives || alternatives.length === 0) {
    context.tally.skip(alternatives ? 'no-criteria' : 'criteria', definition.id);
    return [];
  }
  const merger = new RowMerger(definition.id);
  let left = mostRows;
  for (const alternative of alternatives) {
    left -= addRows(merger, definition, alternative, context);
    if (left < 0) break;
  }
  const rows = merger.rows();
  if (left >= 0 && rows.length * definition.cves.length <= mostRows) return rows;
  context.tally.skip('size', definition.id);
  return [];
}

/** Of one definition, those of all its CVEs together. Real ones come to some hundred thousand. */
const mostRows = 5_000_000;

/** Gives the number of rows before those that are alike became one. */

function addRows(
  rows: RowMerger,
  definition: OvalDefinition,
  alternative: WaitingAlternative,
  { profile, tests, tally }: RowContext,
): number {
  const namespaces = profile.namespacesOf(alternative.platforms, definition);
  if (namespaces.length === 0) {
    tally.outside += 1;
    return 0;
  }
  const word = alternative.tests[0]?.word ?? '';
  const read = tests.read(alternative);
  const facts = read === 'id-ambiguous' ? (factsOf(alternative, profile) ?? read) : read;
  if (typeof facts === 'string') {
    tally.skip(facts, definition.id);
    return 0;
  }
  const verdict = profile.verdictOf({ definition, word, range: facts.range });
  const { introduced, fixed, lastAffected } = facts.range ?? {};
  const ends = [introduced, fixed, lastAffected];
  if (!verdict || ends.some((end) => end !== undefined && profile.isOtherMake?.(end) === true)) {
    tally.outside += 1;
    return 0;
  }
  tally.told += 1;
  const { arch, archOperation } = facts;
  const count = facts.names.length * namespaces.length;
  if (count > mostRows) return count;
  for (const name of facts.names) {
    const affected = { name, kind: profile.packageKind, module: alternative.module ?? '', arch, archOperation };
    for (const namespace of namespaces) rows.add(namespace, { package: affected, verdict, machines: alternative.machines });
  }
  return count;
}

/** What the comment tells where the test cannot. */
function factsOf({ tests: [only, ...others] }: WaitingAlternative, profile: OvalProfile): PackageFactsOfTest | undefined {
  const told = only && others.length === 0 && !only.isNegated ? profile.factsOfWord?.(only.word) : undefined;
  return told && { names: [told.name], range: { fixed: told.fixed }, arch: '', archOperation: '' };
}

function* advisoriesOf(
  definition: OvalDefinition,
  part: string,
  rows: readonly AdvisoryRow[],
  profile: OvalProfile,
): Generator<Advisory, void, undefined> {
  const aliases = profile.aliasesOf(definition);
  const unnamed = { id: aliases[0] ?? definition.id, url: '', impact: '' };
  for (const cve of definition.cves.length === 0 ? [unnamed] : definition.cves) {
    const severity = cve.impact || definition.severity;
    yield {
      part,
      name: cve.id,
      aliases: aliases.filter((alias) => alias !== cve.id),
      description: definition.description,
      links: linksOf(cve, definition),
      issued: toInstant(definition.issued),
      severity,
      normalizedSeverity: profile.severityOf(severity),
      url: profile.url,
      rows,
    };
  }
}

/** What is about this CVE or about none. */
function linksOf(cve: OvalCve, { references, links }: OvalDefinition): readonly string[] {
  const others = references.filter(({ id }) => id.includes(cve.id) || !id.includes('CVE-')).map(({ url }) => url);
  return [...new Set([cve.url, ...others, ...links])].filter((link) => link !== '');
}

/** `2007-06-26`, `2023-12-18 15:00:00 UTC`, `2025-02-18T00:00:00Z`; empty for anything else. */
function toInstant(written: string): string {
  const [, date, time = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2}))?(?: ?UTC|Z)?$/.exec(written) ?? [];
  return date === undefined ? '' : `${date}T${time}Z`;
}
