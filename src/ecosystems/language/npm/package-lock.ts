import { parseJsonFile, sourceUrl, unparsableList, type ListedPackage, type ShownPackage } from '../../../families/index.ts';
import { member, objectEntries, text } from '../../../formats/json-stream/index.ts';

const modules = 'node_modules/';

/**
 * Reads npm's `package-lock.json` and `npm-shrinkwrap.json` (docs.npmjs.com, "package-lock.json"): `packages` of versions 2 and 3, by path in the tree, else
 * `dependencies` of version 1, nested. What is only needed to develop the project (`dev`) is left out, and what is the project's own: links, workspaces, its root.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function* parsePackageLock(bytes: Uint8Array): Generator<ListedPackage> {
  const lock = parseJsonFile(bytes);
  const packages = objectEntries(member(lock, 'packages'));
  if (packages) for (const [path, entry] of packages) yield* ofTree(path, entry);
  else yield* ofDependencies(objectEntries(member(lock, 'dependencies')) ?? []);
  // A project that depends on nothing has neither.
  if (!objectEntries(lock)) throw unparsableList('no JSON object');
}

function ofTree(path: string, entry: unknown): readonly ListedPackage[] {
  const at = path.lastIndexOf(modules);
  if (at < 0 || member(entry, 'link') === true || member(entry, 'dev') === true) return [];
  // Of an alias the folder has another name than the package.
  const name = text(member(entry, 'name')) ?? path.slice(at + modules.length);
  const version = text(member(entry, 'version'));
  return [version === undefined ? 'unidentified' : withSource({ name, version }, text(member(entry, 'resolved')))];
}

function* ofDependencies(roots: readonly (readonly [string, unknown])[]): Generator<ListedPackage> {
  const waiting = [...roots];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [name, entry] = next;
    for (const dependency of objectEntries(member(entry, 'dependencies')) ?? []) waiting.push(dependency);
    if (member(entry, 'dev') !== true) yield* ofVersionOne(name, text(member(entry, 'version')));
  }
}

/** A version, `npm:NAME@VERSION` of an alias, `file:…` of the project's own, or another URL, which has no version. */
function ofVersionOne(name: string, version = ''): readonly ListedPackage[] {
  if (version.startsWith('file:')) return [];
  if (!version.startsWith('npm:')) return [version === '' || version.includes(':') ? 'unidentified' : { name, version }];
  const at = version.lastIndexOf('@');
  return [at > 'npm:'.length ? { name: version.slice('npm:'.length, at), version: version.slice(at + 1) } : 'unidentified'];
}

/** What came from elsewhere than a registry says so. */
function withSource(shown: ShownPackage, resolved = ''): ShownPackage {
  return /^(?:git|github|file)[+:]/u.test(resolved) ? { ...shown, installation: { source: sourceUrl(resolved) } } : shown;
}
