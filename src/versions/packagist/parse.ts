import type { Parsed } from '../../contracts/index.ts';
import { normalizeComposer, parseComposer, type ComposerVersion } from '../composer/index.ts';
import { readVersionText, unparsable } from '../version-text.ts';

/** A version of a package of Packagist; at least one of the two is there. */
export interface PackagistVersion {
  /** What Composer makes of it before it compares. */
  readonly normal?: ComposerVersion;
  /** As it was written. */
  readonly written?: ComposerVersion;
}

const branch = unparsable('a branch (dev-…) has no place in the order');

/** Reads what has a normal form (`1.0-` has one too) or is a version to PHP. Branches without a number are neither before nor after anything. */
export function parsePackagist(text: string): Parsed<PackagistVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const normalText = normalizeComposer(read.value);
  if (normalText?.startsWith('dev-')) return branch;
  const written = parseComposer(read.value);
  const normal = normalText === undefined ? undefined : parseComposer(normalText);
  if (!normal?.ok) return written.ok ? { ok: true, value: { written: written.value } } : written;
  return { ok: true, value: { normal: normal.value, ...(written.ok && { written: written.value }) } };
}
