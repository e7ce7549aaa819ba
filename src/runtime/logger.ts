export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Constant message, attributes beside it. Never a credential or a header value. */
export interface Logger {
  log(level: LogLevel, message: string, attributes?: Readonly<Record<string, unknown>>): void;
}

export const silentLogger: Logger = Object.freeze({ log: () => undefined });
