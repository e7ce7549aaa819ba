import type { JavaManifest } from '../../../formats/java-manifest/index.ts';
import { parseArchiveName } from './archive-name.ts';

/** What an artifact is called: `group:artifact`, or the artifact alone where no group is known. */
export interface Coordinates {
  readonly name: string;
  readonly version: string;
  /** Whether nothing says that the registry knows it by that name. */
  readonly isAssumed: boolean;
}

const longestId = 200;

/** Ids as Maven allows them (its model validation: letters, digits, `-`, `_`, `.`). */
export function isId(text: string): boolean {
  return text.length <= longestId && /^[A-Za-z0-9_.-]+$/u.test(text);
}

/** A version as an advisory could name it: without spaces and what a build tool should have filled in (`${project.version}`). */
export function isVersion(text: string): boolean {
  return text.length <= longestId && /^[!-~]+$/u.test(text) && !text.includes('${') && !text.includes('@');
}

/*
 * Attributes in the order in which they are believed: today's claircore's. Maven writes the group as Implementation-Vendor-Id, Jenkins as Group-Id;
 * titles are artifact ids where they are one word.
 */
const groupNames = ['group-id', 'bundle-symbolicname', 'implementation-vendor-id', 'implementation-vendor', 'specification-vendor'];
const artifactNames = ['implementation-title', 'specification-title', 'bundle-name', 'extension-name', 'short-name'];
const versionNames = ['bundle-version', 'implementation-version', 'plugin-version', 'specification-version'];

/** What the main attributes of a manifest say. Undefined without a version, without any name, or without `Manifest-Version`. */
export function manifestCoordinates({ attributes }: JavaManifest): Coordinates | undefined {
  if (!attributes.has('manifest-version')) return undefined;
  const first = (names: readonly string[], isUsable: (text: string) => boolean): string =>
    names.map((name) => valueOf(attributes, name)).find(isUsable) ?? '';
  const version = first(versionNames, isVersion);
  const artifact = first(artifactNames, isId);
  const name = joinName(first(groupNames, isId), artifact);
  if (name === '' || version === '') return undefined;
  return { name, version, isAssumed: artifact === '' || !isId(valueOf(attributes, 'group-id')) };
}

function valueOf(attributes: ReadonlyMap<string, string>, name: string): string {
  const value = attributes.get(name) ?? '';
  // `Bundle-SymbolicName: org.demo.thing;singleton:=true`
  return name === 'bundle-symbolicname' ? (value.split(';', 1)[0] ?? '').trim() : value;
}

/** Symbolic names are mostly `GROUP.ARTIFACT`: the artifact is not said twice, and is spelled as there (titles have capitals: `Jackson-core`). */
function joinName(group: string, artifact: string): string {
  if (artifact === '' || group === artifact) return group;
  if (group === '') return artifact;
  const end = group.length - artifact.length;
  const isAtEnd = end > 1 && group.charAt(end - 1) === '.' && group.slice(end).toLowerCase() === artifact.toLowerCase();
  return isAtEnd ? `${group.slice(0, end - 1)}:${group.slice(end)}` : `${group}:${artifact}`;
}

/** What a file's name says. */
export function fileNameCoordinates(path: string): Coordinates | undefined {
  const parsed = parseArchiveName(path);
  return parsed && isId(parsed.name) && isVersion(parsed.version) ? { ...parsed, isAssumed: true } : undefined;
}
