import type { Parsed } from '../../contracts/index.ts';
import { isDigits } from '../ascii.ts';
import { readDottedNumbers } from '../dotted-numbers.ts';
import { readSemverTail, type SemverVersion } from '../semver/index.ts';
import { readVersionText, trimVersionText, unparsable } from '../version-text.ts';

const noNumber = unparsable('the version does not begin with a number');
const tooManyNumbers = unparsable('a Go version has at most three numbers');
const tooFewNumbers = unparsable('a pre-release or a build stands behind fewer than three numbers');
const leadingZero = unparsable('a number has a leading zero');
const badTag = unparsable('the toolchain tag is not go1.N, go1.N.N or one with alpha, beta or rc and a number');

/**
 * Reads the version of a module (strict semver with an optional `v`, golang.org/x/mod/semver; `+incompatible` is a build) or of the
 * toolchain: `go1.21rc2` is 1.21.0-rc.2, as the Go vulnerability database writes it.
 */
export function parseGo(text: string): Parsed<SemverVersion> {
  const trimmed = trimVersionText(text);
  if (!trimmed.ok) return trimmed;
  if (trimmed.value.startsWith('go')) return parseToolchain(trimmed.value);
  const read = readVersionText(trimmed.value);
  return read.ok ? parseModule(read.value) : read;
}

function parseModule(text: string): Parsed<SemverVersion> {
  const { numbers, end } = readDottedNumbers(text, text.startsWith('v') ? 1 : 0);
  if (numbers.length === 0) return noNumber;
  if (numbers.length > 3) return tooManyNumbers;
  if (numbers.some(hasLeadingZero)) return leadingZero;
  const parsed = readSemverTail(text, end, numbers, false);
  if (!parsed.ok) return parsed;
  if (numbers.length < 3 && end < text.length) return tooFewNumbers;
  return parsed.value.prerelease.some(isPaddedNumber) ? leadingZero : parsed;
}

/** `go1.21.3 X:boringcrypto`, `go1.21.3-vendor`, `go1.21.3+change`: what stands behind the tag says who built it. */
function parseToolchain(text: string): Parsed<SemverVersion> {
  const tag = text.slice(2, endOfTag(text));
  const { numbers, end } = readDottedNumbers(tag, 0);
  if (numbers.length === 0 || numbers.length > 3) return badTag;
  if (numbers.some(hasLeadingZero)) return leadingZero;
  if (end === tag.length) return { ok: true, value: { numbers, prerelease: [] } };
  const kind = ['alpha', 'beta', 'rc'].find((name) => tag.startsWith(name, end));
  const count = tag.slice(end + (kind ?? '').length);
  if (kind === undefined || !isDigits(count)) return badTag;
  return hasLeadingZero(count) ? leadingZero : { ok: true, value: { numbers, prerelease: [kind, count] } };
}

function endOfTag(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x09 || code === 0x2d || code === 0x2b) return at;
  }
  return text.length;
}

function hasLeadingZero(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}

function isPaddedNumber(identifier: string): boolean {
  return hasLeadingZero(identifier) && isDigits(identifier);
}
