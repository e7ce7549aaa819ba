import { sourceUrl, unparsableList, type ListedPackage } from '../../../families/index.ts';
import { readYamlBlocks } from '../../../formats/yaml-lock/index.ts';

/**
 * Reads `pubspec.lock` (dart.dev, "Glossary: lockfile"): `packages`, each with `source`, `version` and `dependency`. What comes with the SDK or from a path is the project's own or none of the
 * registry's; what the project itself asks for to be developed (`direct dev`) is left out, but not what that brings along.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function* parsePubspecLock(bytes: Uint8Array): Generator<ListedPackage> {
  let isLock = false;
  for (const { path, fields } of readYamlBlocks(new TextDecoder().decode(bytes), 2)) {
    const [section, name] = path;
    isLock ||= section === 'packages';
    if (section === 'packages' && name !== undefined) yield* lockedPackage(name, fields);
  }
  if (!isLock) throw unparsableList('no packages');
}

function lockedPackage(name: string, fields: ReadonlyMap<string, string>): readonly ListedPackage[] {
  const source = fields.get('source');
  if (source === 'sdk' || source === 'path' || fields.get('dependency') === 'direct dev') return [];
  const version = fields.get('version');
  if (version === undefined) return ['unidentified'];
  const url = source === 'git' ? fields.get('description.url') : undefined;
  const installation = url === undefined ? {} : { installation: { source: sourceUrl(`git+${url}`) } };
  return [{ name: fields.get('description.name') ?? name, version, ...installation }];
}
