import type { Parsed } from '../../contracts/index.ts';
import { endOfDigits, isDigit, isLetter } from '../ascii.ts';
import { readVersionText, unparsable } from '../version-text.ts';

/** A version as PHP's version_compare cuts it. */
export interface ComposerVersion {
  /** Runs of digits, runs of letters (case counts), and `#` as it is; at least one. */
  readonly tokens: readonly string[];
}

const edge = unparsable('the version begins or ends with a separator');

const hash = 0x23;

/**
 * Cuts the text, without a leading `v`, at every change between digits and letters and at everything that is neither. PHP's answers for
 * texts with a separator at an end depend on which of the two comes first, so these are no versions here.
 */
export function parseComposer(text: string): Parsed<ComposerVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const version = read.value;
  const tokens: string[] = [];
  let at = version.charAt(0).toLowerCase() === 'v' ? 1 : 0;
  if (isSeparator(version.charCodeAt(at)) || isSeparator(version.charCodeAt(version.length - 1)) || at === version.length) return edge;
  while (at < version.length) {
    const end = endOfToken(version, at);
    if (end > at) tokens.push(version.slice(at, end));
    at = Math.max(end, at + 1);
  }
  return { ok: true, value: { tokens } };
}

/** Whether the text names a branch and not a version: `dev-main`. */
export function isComposerBranch(text: string): boolean {
  return text.slice(0, 4).toLowerCase() === 'dev-';
}

/** The place itself, where a separator stands there. */
function endOfToken(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return endOfDigits(text, at);
  if (code === hash) return at + 1;
  let end = at;
  while (isLetter(text.charCodeAt(end))) end += 1;
  return end;
}

/** NaN, beyond the text, is none. */
function isSeparator(code: number): boolean {
  return !Number.isNaN(code) && !isDigit(code) && !isLetter(code) && code !== hash;
}
