import { setTimeout as sleep } from 'node:timers/promises';
import { ClaircoreError, throwIfAborted } from '../../core/index.ts';
import type { Libvuln, UpdateOptions, UpdateResult } from '../../libvuln/index.ts';
import { printable } from '../../reports/index.ts';
import type { CliContext } from '../cli-context.ts';
import { describeBriefly } from '../failure.ts';
import { showUpdating } from '../progress/show-updating.ts';

/** A host that is down fails all its feeds: more than these besides the first are counted, not told one by one. */
const severalFeeds = 4;
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
  const dataOf = (updater: string): string => {
    const { lastSuccess } = status.get(updater) ?? {};
    return lastSuccess === undefined ? 'it was never loaded' : `its data of ${lastSuccess} is used`;
  };
  const alike = Map.groupBy(failed, ({ updater, error }) => `${codeOf(error)} ${dataOf(updater)}`);
  for (const [first, ...others] of alike.values()) {
    if (!first) continue;
    const told = others.length < severalFeeds ? [first, ...others] : [first];
    for (const { updater, error } of told) {
      const more = told.length > others.length ? '' : ` and ${others.length} more`;
      context.warn(`feed ${printable(updater)}${more} could not be refreshed, ${dataOf(updater)}: ${describeBriefly(error)}.`);
    }
  }
  warnOfDiagnostics(context, results);
}

function codeOf(error: unknown): string {
  return error instanceof ClaircoreError ? String(error.code) : '';
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
