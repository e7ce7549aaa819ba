import type { HttpResponse } from '../../../runtime/index.ts';

/** A part of a blob, as `Content-Range` says it: both ends included. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly total: number | undefined;
}

/** RFC 9110 §14.4: `bytes 10-19/100`, the total perhaps `*`. */
export function parseContentRange(value: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(value?.trim() ?? '');
  if (!match) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  const total = match[3] === '*' ? undefined : Number(match[3]);
  return last < first || (total !== undefined && last >= total) ? undefined : { first, last, total };
}

/** RFC 9110 §15.5.17: the whole length that a server names when it has no such range. */
export function parseUnsatisfiedRange(value: string | undefined): number | undefined {
  const match = /^bytes \*\/(\d{1,15})$/i.exec(value?.trim() ?? '');
  return match ? Number(match[1]) : undefined;
}

/**
 * What `If-Range` may carry (RFC 9110 §13.1.5): a strong entity tag, else a date of change that is strong, because
 * the answer is at least a second younger (§8.8.2.2).
 */
export function strongValidator(response: Pick<HttpResponse, 'header'>): string | undefined {
  const tag = strongTag(response);
  if (tag !== undefined) return tag;
  const modified = response.header('last-modified') ?? '';
  const age = Date.parse(response.header('date') ?? '') - Date.parse(modified);
  return modified.length < 64 && age >= 1000 ? modified : undefined;
}

export function strongTag(response: Pick<HttpResponse, 'header'>): string | undefined {
  const tag = response.header('etag')?.trim();
  return tag !== undefined && /^"[\x21\x23-\x7e]{0,512}"$/.test(tag) ? tag : undefined;
}
