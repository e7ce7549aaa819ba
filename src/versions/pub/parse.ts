import type { Parsed } from '../../contracts/index.ts';
import { readIdentifiers } from '../identifiers.ts';
import { semverScheme, type SemverVersion } from '../semver/index.ts';

/** A version of a package of Dart: the build counts. */
export interface PubVersion extends SemverVersion {
  /** The identifiers behind `+`; none without one. */
  readonly build: readonly string[];
}

/** Reads what `semver` reads, and keeps the build. */
export function parsePub(text: string): Parsed<PubVersion> {
  const parsed = semverScheme.parse(text);
  if (!parsed.ok) return parsed;
  const plus = text.indexOf('+');
  const build = plus < 0 ? [] : (readIdentifiers(text.slice(plus + 1).trimEnd()) ?? []);
  return { ok: true, value: { ...parsed.value, build } };
}
