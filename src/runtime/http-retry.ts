import { AbortedError, throwIfAborted } from '../core/index.ts';

/** When and how often a request is tried again. */
export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** ms before the first of them; doubled for each that follows. */
  readonly baseDelay: number;
  /** ms: no wait is longer. A server that asks for more is not asked again. */
  readonly maxDelay: number;
}

export const defaultRetryPolicy: RetryPolicy = { retries: 2, baseDelay: 400, maxDelay: 60_000 };

const retriable: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether an answer of that status may be another one soon. */
export function isRetriableStatus(status: number): boolean {
  return retriable.has(status);
}

/** ms that `Retry-After` (RFC 9110 §10.2.3: seconds or a date) asks for; undefined where it says nothing that can be read. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Only a date of HTTP's three forms: `Date.parse` finds one in nearly anything.
  const date = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * ms to wait before the given retry (0 is the first), or undefined where waiting is over.
 * What the server asks for is kept to; else it doubles, with up to half of it left to chance so that many clients do not come back as one.
 */
export function retryDelay(
  policy: RetryPolicy,
  retry: number,
  retryAfter: number | undefined,
  random: () => number = Math.random,
): number | undefined {
  if (retry >= policy.retries) return undefined;
  if (retryAfter !== undefined) return retryAfter <= policy.maxDelay ? retryAfter : undefined;
  const delay = Math.min(policy.maxDelay, policy.baseDelay * 2 ** retry);
  return delay * (0.5 + random() / 2);
}

/** @throws AbortedError when the signal fires first */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(new AbortedError({ cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
