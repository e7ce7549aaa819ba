import { sourceUrl, type ListReading, type ShownPackage } from '../../../families/index.ts';
import { readYamlLock } from '../../../formats/yaml-lock/index.ts';

type Fields = ReadonlyMap<string, string>;

/**
 * Reads `pubspec.lock` (dart.dev, "Glossary: lockfile"): `packages`, each with `source`, `version` and `dependency`. What comes with the SDK or from a path is the project's own or none of the
 * registry's; what the project itself asks for to be developed (`direct dev`) is left out, but not what that brings along.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function parsePubspecLock(bytes: Uint8Array): ListReading {
  const entries = new Map<string, Map<string, string>>();
  let isLock = false;
  for (const { path, value } of readYamlLock(new TextDecoder().decode(bytes))) {
    const [section, name, ...field] = path;
    isLock ||= section === 'packages';
    if (section !== 'packages' || name === undefined) continue;
    const fields = entries.get(name) ?? new Map<string, string>();
    entries.set(name, fields);
    if (value !== undefined) fields.set(field.join('.'), value);
  }
  if (!isLock) return { kind: 'unparsable', reason: 'no packages' };
  const found = [...entries].flatMap(([name, fields]) => lockedPackage(name, fields));
  const packages = found.filter((each) => each !== 'unidentified');
  return { kind: 'list', packages, unidentified: found.length - packages.length };
}

function lockedPackage(name: string, fields: Fields): readonly (ShownPackage | 'unidentified')[] {
  const source = fields.get('source');
  if (source === 'sdk' || source === 'path' || fields.get('dependency') === 'direct dev') return [];
  const version = fields.get('version');
  if (version === undefined) return ['unidentified'];
  const url = source === 'git' ? fields.get('description.url') : undefined;
  return [
    {
      name: fields.get('description.name') ?? name,
      version,
      ...(url !== undefined && { installation: { source: sourceUrl(`git+${url}`) } }),
    },
  ];
}
