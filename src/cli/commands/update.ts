import type { Enricher } from '../../contracts/index.ts';
import { FeedError, unreachable } from '../../core/index.ts';
import { enrichers, openLibvuln, selectEnrichers, selectUpdaterSets } from '../../defaults/index.ts';
import type { UpdateResult } from '../../libvuln/index.ts';
import { printable } from '../../reports/index.ts';
import { offlineFeedClient } from '../../runtime/index.ts';
import type { CliContext } from '../cli-context.ts';
import { advisoryDatabase } from '../database.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { describeBriefly } from '../failure.ts';
import type { UpdateOptions } from '../options/option-types.ts';
import { openOutput } from '../output-target.ts';
import { openFeeds } from '../steps/match-report.ts';
import { updateAndWait, warnOfDiagnostics } from '../steps/refresh-feeds.ts';
import { textTable } from '../text-table.ts';

/** Load the advisories of all feeds that changed, or of those that --only names. */
export async function update(context: CliContext, options: UpdateOptions): Promise<ExitCode> {
  const { io, clock, logger, screen } = context;
  using target = openOutput(options.output, io);
  await using feeds = openFeeds(options);
  if (feeds === offlineFeedClient) throw new FeedError('FEED_OFFLINE');
  const database = advisoryDatabase(options, io.environment);
  await using libvuln = await openLibvuln({
    ...database,
    feeds,
    updaterSets: selectUpdaterSets(options.feedSource),
    enrichers: enrichersFor(options),
    initialUpdate: 'none',
    clock,
    logger,
  });
  const results = await updateAndWait(context, libvuln, { only: options.only });
  screen.clear();
  warnOfDiagnostics(context, results);
  if (results.length === 0) context.warn('no updater has a name that --only names; "claircore feeds" lists those that were run before.');
  await target.write(
    options.format === 'json' ? [`${JSON.stringify({ updaters: results.map(toJson) }, null, 2)}\n`] : table(results, target.columns),
  );
  target.commit();
  const failed = results.filter(({ kind }) => kind === 'failed');
  if (failed.length > 0)
    context.fail(`${failed.length} of ${results.length} feeds could not be loaded; what was last loaded of them stays in use.`);
  return failed.length > 0 ? exitCodes.feed : exitCodes.done;
}

/** Those that were asked for, and those whose feed `--only` names. */
function enrichersFor({ enrich, only }: UpdateOptions): readonly Enricher[] {
  const named = only === undefined ? [] : enrichers.filter((enricher) => updatersOf(enricher).some((updater) => only.test(updater)));
  return selectEnrichers([...enrich, ...named.map(({ id }) => id)]);
}

function updatersOf({ updaterSet, namespace }: Enricher): readonly string[] {
  return namespace === undefined ? [] : (updaterSet?.expected(namespace) ?? []);
}

function table(results: readonly UpdateResult[], columns: number | undefined): Iterable<string> {
  return textTable(['UPDATER', 'RESULT', 'ADVISORIES', 'ROWS'], results.map(resultRow), columns);
}

function resultRow(result: UpdateResult): readonly string[] {
  const updater = printable(result.updater);
  switch (result.kind) {
    case 'updated': {
      const { advisories, rows } = result.outcome;
      return [updater, 'updated', `+${advisories.added} −${advisories.removed} (${advisories.unchanged} kept)`, String(rows.after)];
    }
    case 'failed':
      return [updater, `failed: ${describeBriefly(result.error)}`, '', ''];
    case 'unchanged':
    case 'fresh':
    case 'busy':
      return [updater, result.kind, '', ''];
    default:
      return unreachable(result);
  }
}

function toJson(result: UpdateResult): object {
  const { updater, kind } = result;
  if (result.kind === 'updated') return { updater, result: kind, advisories: result.outcome.advisories, rows: result.outcome.rows };
  if (result.kind === 'failed') return { updater, result: kind, error: describeBriefly(result.error) };
  return { updater, result: kind };
}
