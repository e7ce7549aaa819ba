import { ClaircoreError } from '../core/index.ts';
import { printable } from '../reports/index.ts';
import { logLevels, type Logger, type LogLevel } from '../runtime/index.ts';
import type { Screen } from './progress/screen.ts';

/** Log lines for people and for grep: `claircore: warn: message key=value`. */
export class StderrLogger implements Logger {
  readonly #screen: Screen;
  readonly #least: number;

  constructor(screen: Screen, level: LogLevel) {
    this.#screen = screen;
    this.#least = logLevels.indexOf(level);
  }

  log(level: LogLevel, message: string, attributes: Readonly<Record<string, unknown>> = {}): void {
    if (logLevels.indexOf(level) < this.#least) return;
    const pairs = Object.entries(attributes).map(([key, value]) => ` ${printable(key)}=${printable(toText(value))}`);
    this.#screen.print(`claircore: ${level}: ${printable(message)}${pairs.join('')}`);
  }
}

function toText(value: unknown): string {
  if (value instanceof ClaircoreError) return `${value.code} ${JSON.stringify(value.data)}`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
