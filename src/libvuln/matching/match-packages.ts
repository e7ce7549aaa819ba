import type { AffectedRow, Matcher, MatcherStore, VersionScheme } from '../../contracts/index.ts';
import { throwIfAborted, type IndexRecord, type PackageId } from '../../core/index.ts';
import {
  InstalledVersions,
  isRowMeant,
  judgeByMatcher,
  judgeByRange,
  planMatcher,
  type MatcherPlan,
  type PackageRecords,
} from '../../judging/index.ts';
import type { Logger } from '../../runtime/index.ts';
import type { FeedStates } from './feed-states.ts';
import { uniteStatements, type Finding } from './finding.ts';
import { PackageQuestions, type Question } from './package-questions.ts';
import { RepositoryNames } from './repository-names.ts';
import { NamespaceSelector } from './select-namespaces.ts';
import type { Statement } from './statement.ts';
import { unansweredByAll, unansweredOf, type Unanswered } from './unanswered.ts';

export interface MatchContext {
  readonly store: MatcherStore;
  readonly matchers: readonly Matcher[];
  readonly schemes: ReadonlyMap<string, VersionScheme>;
  readonly feeds: FeedStates;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

export interface Matched {
  /** One for each package and name. */
  readonly findings: readonly Finding[];
  /** What could not be asked, by package; packages of which all was asked have no entry. */
  readonly unanswered: ReadonlyMap<PackageId, readonly Unanswered[]>;
  /** By namespace, the records that need it. */
  readonly needed: ReadonlyMap<string, readonly IndexRecord[]>;
}

/** Matches every package of an image in one look-up of the store. @throws StoreError, AbortedError */
export async function matchPackages(packages: readonly PackageRecords[], context: MatchContext): Promise<Matched> {
  const { store, schemes, signal } = context;
  const plans = context.matchers.map(planMatcher);
  const names = await RepositoryNames.load(packages, plans, context);
  const selector = new NamespaceSelector(await store.namespaces(), names);
  const questions = new PackageQuestions(schemes, new InstalledVersions());
  const unanswered = new Map<PackageId, readonly Unanswered[]>();
  const needed = new Map<string, IndexRecord[]>();
  const asking = { feeds: context.feeds, selector, questions, needed };
  for (const { package: found, records } of packages) {
    for (const record of records) {
      const reasons = ask(record, records, plans, asking);
      if (reasons.length > 0) unanswered.set(found.id, [...(unanswered.get(found.id) ?? []), ...reasons]);
    }
  }
  throwIfAborted(signal);
  const asked = questions.all;
  const found = asked.length === 0 ? [] : await store.find(asked.map(({ query }) => query));
  throwIfAborted(signal);
  const rows = ofServingFeeds(found, context.feeds);
  const statements: Statement[] = [];
  for (const row of rows) {
    const question = asked[row.query];
    if (question) addStatements(statements, row, question, context);
  }
  return { findings: uniteStatements(statements, schemes), unanswered, needed };
}

/** Without what feeds that are not in use have left in the store. */
function ofServingFeeds(rows: readonly AffectedRow[], feeds: FeedStates): readonly AffectedRow[] {
  const serving = new Map<string, ReadonlySet<string>>();
  return rows.filter(({ namespace, updater }) => {
    const updaters = serving.get(namespace) ?? new Set(feeds.serving(namespace));
    serving.set(namespace, updaters);
    return updaters.has(updater);
  });
}

interface AskContext {
  readonly feeds: FeedStates;
  readonly selector: NamespaceSelector;
  readonly questions: PackageQuestions;
  readonly needed: Map<string, IndexRecord[]>;
}

/** Puts a record's questions, and says what cannot be asked. */
function ask(
  record: IndexRecord,
  records: readonly IndexRecord[],
  plans: readonly MatcherPlan[],
  { feeds, selector, questions, needed }: AskContext,
): readonly Unanswered[] {
  const unanswered: Unanswered[] = [];
  let isTaken = false;
  for (const plan of plans) {
    const { matcher } = plan;
    if (!matcher.filter(record)) continue;
    isTaken = true;
    const together = matcher.selectNamespaces ? records.filter((other) => matcher.filter(other)) : [record];
    // Asked for all of them at once: what is found is the package's, whichever of its repositories it came from.
    if (together[0] !== record) continue;
    const selection = selector.select(plan, together);
    for (const { namespace, notes } of selection) questions.ask({ record, plan, notes }, namespace);
    const selected = selection.map(({ namespace }) => namespace);
    const namespaces = matcher.namespaces(record);
    for (const key of namespaces) need(needed, key, record);
    for (const { key } of selected) if (!namespaces.includes(key)) need(needed, key, record);
    // A matcher that chooses itself is held to its feeds; which of the namespaces have rows is for it to say.
    const answering =
      matcher.selectNamespaces && selected.length > 0
        ? [...selected, ...namespaces.map((key) => ({ key, scheme: matcher.scheme }))]
        : selected;
    for (const one of unansweredOf(namespaces, record, answering, feeds)) unanswered.push(one);
  }
  return isTaken ? unanswered : [unansweredByAll(record)];
}

function need(needed: Map<string, IndexRecord[]>, namespace: string, record: IndexRecord): void {
  const records = needed.get(namespace);
  if (records) records.push(record);
  else needed.set(namespace, [record]);
}

/** What the row says of each package that asked. */
function addStatements(into: Statement[], row: AffectedRow, question: Question, { logger }: MatchContext): void {
  const { subject, namespace, installed, scheme, askers } = question;
  const byRange = askers.some(({ plan }) => plan.matcher.versionFilter) ? judgeByRange(row, installed, scheme) : undefined;
  for (const { record, plan, notes } of askers) {
    const { matcher } = plan;
    if (!isRowMeant(row, record, plan)) continue;
    const judgement = matcher.versionFilter && byRange ? byRange : judgeByMatcher(row, record, matcher, logger);
    if (judgement.kind !== 'silent') into.push({ record, row, namespace, subject, judgement, notes, matcher });
  }
}
