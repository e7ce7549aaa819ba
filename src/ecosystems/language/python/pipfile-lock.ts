import { parseJsonFile, sourceUrl, unparsableList, type ListedPackage, type ShownPackage } from '../../../families/index.ts';
import { member, objectEntries, text } from '../../../formats/json-stream/index.ts';
import { normalizeName } from './normalize-name.ts';

/** Reads `Pipfile.lock` (pipenv.pypa.io): the packages of `default`; those of `develop` are for work on the project. @throws InputError `LOCK_FILE_UNPARSABLE` */
export function* parsePipfileLock(bytes: Uint8Array): Generator<ListedPackage> {
  const lock = parseJsonFile(bytes);
  if (!objectEntries(lock)) throw unparsableList('no JSON object');
  for (const [name, entry] of objectEntries(member(lock, 'default')) ?? []) {
    const version = text(member(entry, 'version'));
    // A path is of the project itself.
    if (version === undefined && text(member(entry, 'path')) !== undefined) continue;
    if (version?.startsWith('==') !== true) yield 'unidentified';
    else yield withSource({ name: normalizeName(name), version: version.slice(2) }, text(member(entry, 'git')));
  }
}

function withSource(shown: ShownPackage, git: string | undefined): ShownPackage {
  return git === undefined ? shown : { ...shown, installation: { source: sourceUrl(`git+${git}`) } };
}
