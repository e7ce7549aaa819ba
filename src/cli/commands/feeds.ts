import { openLibvuln, type DataStoreOptions } from '../../defaults/index.ts';
import type { FeedStatus } from '../../libvuln/index.ts';
import { printable } from '../../reports/index.ts';
import type { CliContext } from '../cli-context.ts';
import { advisoryDatabase } from '../database.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import type { FeedsOptions } from '../options/option-types.ts';
import { openOutput } from '../output-target.ts';
import { textTable } from '../text-table.ts';

/** List which advisories are loaded, how fresh they are, and what failed. */
export async function feeds(context: CliContext, options: FeedsOptions): Promise<ExitCode> {
  const database = advisoryDatabase(options, context.io.environment);
  using target = openOutput(options.output, context.io);
  const statuses = await readStatuses(context, database);
  await target.write(
    options.format === 'json' ? [`${JSON.stringify({ feeds: statuses.map(toJson) }, null, 2)}\n`] : table(statuses, target.columns),
  );
  target.commit();
  return exitCodes.done;
}

async function readStatuses({ clock, logger }: CliContext, database: DataStoreOptions): Promise<readonly FeedStatus[]> {
  await using libvuln = await openLibvuln({ ...database, initialUpdate: 'none', clock, logger });
  return await libvuln.status();
}

function table(statuses: readonly FeedStatus[], columns: number | undefined): Iterable<string> {
  if (statuses.length === 0) return ['No advisories are loaded yet: "claircore update" loads all, "claircore scan" what an image needs.\n'];
  const rows = statuses.map((status) => [
    printable(status.updater),
    status.state,
    printable(status.lastSuccess?.slice(0, 16).replace('T', ' ') ?? 'never'),
    String(status.advisories),
    String(status.rows),
    printable(status.lastError === undefined ? '' : `${status.lastError.code}: ${status.lastError.message}`),
  ]);
  return textTable(['UPDATER', 'STATE', 'CONFIRMED', 'ADVISORIES', 'ROWS', 'LAST ERROR'], rows, columns);
}

function toJson(status: FeedStatus): object {
  return {
    updater: status.updater,
    state: status.state,
    fetched_at: status.lastSuccess ?? null,
    attempted_at: status.lastAttempt ?? null,
    operation: status.operation ?? null,
    advisories: status.advisories,
    rows: status.rows,
    namespaces: [...status.namespaces].sort(),
    ...(status.lastError && { error: { code: status.lastError.code, message: status.lastError.message } }),
  };
}
