import { parseJsonFile, sourceUrl, type ListReading, type ShownPackage } from '../../../families/index.ts';
import { member, objectEntries, text } from '../../../formats/json-stream/index.ts';
import { normalizeName } from './normalize-name.ts';

/** Reads `Pipfile.lock` (pipenv.pypa.io): the packages of `default`; those of `develop` are for work on the project. */
export function parsePipfileLock(bytes: Uint8Array): ListReading {
  const lock = parseJsonFile(bytes);
  if (!objectEntries(lock)) return { kind: 'unparsable', reason: 'no JSON object' };
  const packages: ShownPackage[] = [];
  let unidentified = 0;
  for (const [name, entry] of objectEntries(member(lock, 'default')) ?? []) {
    const version = text(member(entry, 'version'));
    const git = text(member(entry, 'git'));
    // A path is of the project itself.
    if (version === undefined && text(member(entry, 'path')) !== undefined) continue;
    if (version?.startsWith('==') === true) packages.push(withSource({ name: normalizeName(name), version: version.slice(2) }, git));
    else unidentified += 1;
  }
  return { kind: 'list', packages, unidentified };
}

function withSource(shown: ShownPackage, git: string | undefined): ShownPackage {
  return git === undefined ? shown : { ...shown, installation: { source: sourceUrl(`git+${git}`) } };
}
