import { parseJsonFile, type NamedPackage } from '../../../families/index.ts';
import { member, objectEntries } from '../../../formats/json-stream/index.ts';

/** What a `package.json` says of itself; a marker says how its directory is to be read, not what package it is. */
export type PackageJson = NamedPackage | { readonly kind: 'marker' };

/**
 * Members that only say how the files beside are loaded: `{"type":"module"}`, `{"main":"./lib"}`. A file of nothing else is
 * no package of a registry, which takes none without name and version.
 */
const markerMembers: ReadonlySet<string> = new Set([
  'type',
  'main',
  'module',
  'browser',
  'exports',
  'imports',
  'types',
  'typings',
  'sideEffects',
  'private',
]);

export function parsePackageJson(bytes: Uint8Array): PackageJson {
  const value = parseJsonFile(bytes);
  const members = objectEntries(value);
  if (members === undefined) return { kind: 'unparsable' };
  const name = identifier(member(value, 'name'));
  const version = identifier(member(value, 'version'));
  if (name !== '' && version !== '') return { kind: 'package', name, version };
  if (members.length > 0 && members.every(([key]) => markerMembers.has(key))) return { kind: 'marker' };
  return { kind: 'unidentified', name };
}

function identifier(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? value : '';
}
