import { ClaircoreError } from '../core/index.ts';
import { logLevels, systemClock, type Clock, type Logger, type LogLevel } from '../runtime/index.ts';

/** The words of v0.0.7. `fatal` and `panic` let nothing through: what ends the process is told all the same. */
export const serviceLogLevels = [...logLevels, 'fatal', 'panic'] as const;
export type ServiceLogLevel = (typeof serviceLogLevels)[number];

export interface JsonLoggerOptions {
  /** Takes one line, with its line feed. */
  readonly write: (line: string) => void;
  readonly level: ServiceLogLevel;
  readonly clock?: Clock;
}

const mostText = 2_000;
const mostCauses = 5;

/** Log lines for machines: one JSON object each, `time`, `level`, `message` and the attributes beside. */
export class JsonLogger implements Logger {
  readonly #write: (line: string) => void;
  readonly #least: number;
  readonly #clock: Clock;

  constructor({ write, level, clock = systemClock }: JsonLoggerOptions) {
    this.#write = write;
    this.#least = serviceLogLevels.indexOf(level);
    this.#clock = clock;
  }

  log(level: LogLevel, message: string, attributes: Readonly<Record<string, unknown>> = {}): void {
    if (serviceLogLevels.indexOf(level) < this.#least) return;
    const values = Object.entries(attributes).map(([key, value]) => [key, toJson(value)] as const);
    const fixed = { time: this.#clock.now().toISOString(), level, message };
    // Twice: first in the line, and not to be overwritten.
    this.#write(`${JSON.stringify({ ...fixed, ...Object.fromEntries(values), ...fixed })}\n`);
  }
}

function toJson(value: unknown): unknown {
  if (value instanceof Error) return errorToJson(value);
  if (typeof value === 'string') return value.slice(0, mostText);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value === undefined) return undefined;
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= mostText ? value : text.slice(0, mostText);
}

/** The chain of an error. A stack only for what nobody threw on purpose: it is a defect, and stays in the log. */
function errorToJson(error: Error): object {
  const chain: object[] = [];
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth < mostCauses; depth += 1) {
    chain.push(describe(current));
    current = current.cause;
  }
  const [first = {}, ...causes] = chain;
  return causes.length === 0 ? first : { ...first, causes };
}

function describe(error: Error): object {
  const isOurs = error instanceof ClaircoreError;
  if (isOurs) return { code: String(error.code), message: error.message, data: error.data as object };
  const code = 'code' in error ? { code: String(error.code) } : {};
  return { ...code, message: error.message.slice(0, mostText), stack: (error.stack ?? '').slice(0, mostText) };
}
