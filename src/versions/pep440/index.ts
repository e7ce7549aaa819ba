import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { comparePep440 } from './compare.ts';
import { pep440Key, pep440KeyVersion } from './key.ts';
import { parsePep440 } from './parse.ts';
import type { Pep440Version } from './version.ts';

export type { Pep440PreKind, Pep440Version } from './version.ts';

/** Versions of Python packages, as PEP 440 normalises and orders them. Every version has a key, unless it needs more than 1,024 bytes. */
export const pep440Scheme: VersionScheme<Pep440Version> = defineVersionScheme({
  id: 'pep440',
  keyVersion: pep440KeyVersion,
  parse: parsePep440,
  compare: comparePep440,
  key: pep440Key,
});
