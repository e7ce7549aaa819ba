import type { ListReading, ShownPackage } from '../../../families/index.ts';
import { readYamlLock } from '../../../formats/yaml-lock/index.ts';

interface Entry {
  readonly fields: Map<string, string>;
}

/**
 * Reads pnpm's `pnpm-lock.yaml`, versions 5 to 9 (github.com/pnpm/spec, lockfile): the keys of `packages` are `/NAME/VERSION` (5), `/NAME@VERSION` (6) or `NAME@VERSION` (9), with
 * peers behind. What is no registry's has another key, and says `name` and `version` beside. Versions 5 and 6 mark what is only needed to develop the project: it is left out.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function parsePnpmLock(bytes: Uint8Array): ListReading {
  const entries = new Map<string, Entry>();
  let version = '';
  for (const { path, value } of readYamlLock(new TextDecoder().decode(bytes))) {
    const [section, key, field, ...deeper] = path;
    if (section === 'lockfileVersion') version = value ?? '';
    if (section !== 'packages' || key === undefined) continue;
    const entry = entries.get(key) ?? { fields: new Map<string, string>() };
    entries.set(key, entry);
    if (field !== undefined && deeper.length === 0 && value !== undefined) entry.fields.set(field, value);
  }
  if (version === '') return { kind: 'unparsable', reason: 'no lockfileVersion' };
  const found = [...entries].flatMap(([key, entry]) => shownBy(key, entry));
  const packages = found.filter((each) => each !== 'unidentified');
  return { kind: 'list', packages, unidentified: found.length - packages.length };
}

function shownBy(key: string, { fields }: Entry): readonly (ShownPackage | 'unidentified')[] {
  if (fields.get('dev') === 'true' || key.startsWith('file:') || key.startsWith('link:')) return [];
  const [name, version] = [fields.get('name'), fields.get('version')];
  if (name !== undefined && version !== undefined) return [{ name, version }];
  return [parseKey(key) ?? 'unidentified'];
}

/** `/@SCOPE/NAME/1.0.0_PEERS`, `/NAME@1.0.0(PEERS)`, `NAME@1.0.0`. */
function parseKey(key: string): ShownPackage | undefined {
  const [path = ''] = (key.startsWith('/') ? key.slice(1) : key).split('(', 1);
  const nameStart = path.startsWith('@') ? path.indexOf('/') + 1 : 0;
  // Peers behind a version have both signs.
  const split = nameStart + path.slice(nameStart).search(/[/@]/u);
  const name = path.slice(0, split);
  const [version = ''] = path.slice(split + 1).split('_', 1);
  return split > nameStart && /^\d+\.\d+\.\d+/u.test(version) ? { name, version } : undefined;
}
