import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../../core/index.ts';
import type { Libvuln, UpdateOptions, UpdateResult } from '../../libvuln/index.ts';
import { printable } from '../../reports/index.ts';
import type { CliContext } from '../cli-context.ts';
import { describeBriefly } from '../failure.ts';
import { showUpdating } from '../progress/show-updating.ts';

/** ms between two looks at a feed that another process loads. */
const pollInterval = 300;

/** Brings feeds up to date and warns of each that could not be: what was last loaded stays in use. @throws StoreError, AbortedError */
export async function refreshFeeds(
  context: CliContext,
  libvuln: Libvuln,
  options: Pick<UpdateOptions, 'namespaces' | 'maxAge'>,
): Promise<void> {
  const results = await updateAndWait(context, libvuln, options);
  const failed = results.filter((result) => result.kind === 'failed');
  const status = new Map((await libvuln.status({ namespaces: options.namespaces ?? [] })).map((one) => [one.updater, one]));
  const reasons = Map.groupBy(failed, ({ updater, error }) => {
    const { lastSuccess } = status.get(updater) ?? {};
    const data = lastSuccess === undefined ? 'it was never loaded' : `its data of ${lastSuccess} is used`;
    return `could not be refreshed, ${data}: ${describeBriefly(error)}.`;
  });
  for (const [reason, results] of reasons) context.warn(`feed ${namesOf(results)} ${reason}`);
  warnOfDiagnostics(context, results);
}

/** Most of the feeds that one reason keeps from being refreshed are not worth a line each. */
function namesOf(results: readonly UpdateResult[]): string {
  const [first, second, ...others] = results.map(({ updater }) => printable(updater));
  if (second === undefined) return first ?? '';
  return others.length === 0 ? `${first ?? ''} and ${second}` : `${first ?? ''} and ${others.length + 1} more`;
}

/**
 * Updates; a feed that another process loads at this moment is waited for, so that two scans that begin together tell the same.
 * A process that died gives its lock up within seconds.
 */
export async function updateAndWait(context: CliContext, libvuln: Libvuln, options: UpdateOptions): Promise<readonly UpdateResult[]> {
  const { signal } = context.io;
  const onProgress = showUpdating(context.screen);
  const results = new Map<string, UpdateResult>();
  let isWaiting = false;
  for (;;) {
    for (const result of await libvuln.update({ ...options, signal, onProgress })) {
      // What this process did itself is not overwritten by finding it fresh the next time round.
      if (results.get(result.updater)?.kind === 'busy' || !results.has(result.updater)) results.set(result.updater, result);
    }
    const busy = [...results.values()].filter(({ kind }) => kind === 'busy');
    if (busy.length === 0) return [...results.values()];
    if (!isWaiting) context.warn(`waiting for another process that loads ${busy.map(({ updater }) => printable(updater)).join(', ')}.`);
    isWaiting = true;
    await sleep(pollInterval, undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}

/** What a feed lost or could not be read of it. */
export function warnOfDiagnostics(context: CliContext, results: readonly UpdateResult[]): void {
  for (const result of results) {
    if (result.kind !== 'updated') continue;
    for (const diagnostic of result.diagnostics) {
      if (diagnostic.level === 'info') continue;
      context.logger.log('warn', 'a feed was loaded with losses', { feed: result.updater, code: diagnostic.code, ...diagnostic.data });
    }
  }
}
