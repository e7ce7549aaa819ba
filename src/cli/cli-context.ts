import type { Clock, Logger } from '../runtime/index.ts';
import { fixedClock, systemClock } from '../runtime/index.ts';
import { UsageError } from '../core/index.ts';
import type { CliIo } from './cli-io.ts';
import { StderrLogger } from './stderr-logger.ts';
import type { CommonOptions } from './options/option-types.ts';
import { createScreen, type Screen } from './progress/screen.ts';

/** What every command works with. */
export interface CliContext extends AsyncDisposable {
  readonly io: CliIo;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For people, on stderr. */
  readonly screen: Screen;
  /** One sentence that the user should read; nothing with --quiet. */
  warn(sentence: string): void;
  /** One sentence that says why the command fails; also with --quiet. */
  fail(sentence: string): void;
}

export function createCliContext(io: CliIo, options: CommonOptions): Promise<CliContext> {
  const quiet = options.quiet === true;
  const screen = createScreen(io.stderr, { isLive: !quiet && io.stderr.isTTY === true && io.environment['TERM'] !== 'dumb' });
  const logger = new StderrLogger(screen, quiet && options.logLevel === 'warn' ? 'error' : options.logLevel);
  return Promise.resolve({
    io,
    clock: readClock(io.environment),
    logger,
    screen,
    warn: (sentence) => {
      if (!quiet) screen.print(`claircore: ${sentence}`);
    },
    fail: (sentence) => screen.print(`claircore: ${sentence}`),
    [Symbol.asyncDispose]: () => {
      screen[Symbol.dispose]();
      return Promise.resolve();
    },
  });
}

/** `SOURCE_DATE_EPOCH` (reproducible-builds.org): seconds since 1970 at which the clock stands still. @throws UsageError */
export function readClock(environment: CliIo['environment']): Clock {
  const text = environment['SOURCE_DATE_EPOCH'] ?? '';
  if (text === '') return systemClock;
  const instant = new Date(/^\d{1,13}$/.test(text) ? Number(text) * 1000 : Number.NaN);
  if (Number.isNaN(instant.getTime()))
    throw new UsageError('USAGE_OPTION', { variable: 'SOURCE_DATE_EPOCH', value: text, expected: 'seconds since 1970' });
  return fixedClock(instant);
}
