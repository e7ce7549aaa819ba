import { randomUUID } from 'node:crypto';

/** The caller's `x-request-id` where it can stand in a log line and a header as it is, else a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._:/+=-]{1,128}$/.test(header) ? header : randomUUID();
}
