import { unparsableList, type ListedPackage, type ShownPackage } from '../../../families/index.ts';
import { readYamlBlocks } from '../../../formats/yaml-lock/index.ts';

/**
 * Reads pnpm's `pnpm-lock.yaml`, versions 5 to 9 (github.com/pnpm/spec, lockfile): the keys of `packages` are `/NAME/VERSION` (5), `/NAME@VERSION` (6) or `NAME@VERSION` (9), with
 * peers behind. What is no registry's has another key, and says `name` and `version` beside. Versions 5 and 6 mark what is only needed to develop the project: it is left out.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function* parsePnpmLock(bytes: Uint8Array): Generator<ListedPackage> {
  let isLock = false;
  for (const { path, fields } of readYamlBlocks(new TextDecoder().decode(bytes), 2)) {
    const [section, key] = path;
    isLock ||= section === 'lockfileVersion';
    if (section === 'packages' && key !== undefined) yield* shownBy(key, fields);
  }
  if (!isLock) throw unparsableList('no lockfileVersion');
}

function shownBy(key: string, fields: ReadonlyMap<string, string>): readonly ListedPackage[] {
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
