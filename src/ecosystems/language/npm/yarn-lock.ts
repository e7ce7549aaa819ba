import { sourceUrl, unparsableList, type ListedPackage } from '../../../families/index.ts';
import { readYamlBlocks } from '../../../formats/yaml-lock/index.ts';
import { linesOf } from '../../../runtime/index.ts';

/**
 * Reads `yarn.lock`: of Yarn 1 in its own format, of Yarn 2 and later (with `__metadata`) in YAML. Which packages are only needed to develop the project, neither tells.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function parseYarnLock(bytes: Uint8Array): Iterable<ListedPackage> {
  const text = new TextDecoder().decode(bytes);
  return /^__metadata:/mu.test(text) ? ofBerry(text) : ofClassic(text);
}

/** `"lodash@npm:^4.0.0":` with `version: 4.17.21` and `resolution: "lodash@npm:4.17.21"`; workspaces and links are the project's own. */
function* ofBerry(text: string): Generator<ListedPackage> {
  for (const { path, fields } of readYamlBlocks(text, 1)) if (path[0] !== '__metadata') yield* berryPackage(fields);
}

function berryPackage(fields: ReadonlyMap<string, string>): readonly ListedPackage[] {
  const resolution = fields.get('resolution') ?? '';
  const version = fields.get('version') ?? '';
  const at = resolution.indexOf('@', 1);
  const [name, reference] = [resolution.slice(0, Math.max(at, 0)), resolution.slice(at + 1)];
  if (fields.get('linkType') === 'soft' || /^(?:workspace|link|portal):/u.test(reference)) return [];
  if (name === '' || version === '') return ['unidentified'];
  const isOfRegistry = reference.startsWith('npm:') || reference.startsWith('patch:');
  return [isOfRegistry ? { name, version } : { name, version, installation: { source: sourceUrl(reference) } }];
}

/** `lodash@^4.0.0, lodash@^4.1.0:` with `  version "4.17.21"` below; `NAME@npm:OTHER@^1` is OTHER under another name. */
function* ofClassic(text: string): Generator<ListedPackage> {
  let asked: string | undefined;
  let isLock = false;
  for (const line of linesOf(text)) {
    if (line.trim() === '' || line.startsWith('#')) {
      isLock ||= line.startsWith('# yarn lockfile v1');
    } else if (!line.startsWith(' ')) {
      if (asked !== undefined) yield 'unidentified';
      asked = line.endsWith(':') ? firstOf(line.slice(0, -1)) : undefined;
      isLock ||= asked !== undefined;
    } else if (asked !== undefined && line.startsWith('  version ')) {
      yield* classicPackage(asked, line.slice('  version '.length).replaceAll('"', '').trim());
      asked = undefined;
    }
  }
  if (asked !== undefined) yield 'unidentified';
  if (!isLock) throw unparsableList('no lock file of Yarn');
}

function firstOf(keys: string): string {
  const [first = ''] = keys.replaceAll('"', '').split(', ', 1);
  return first;
}

function classicPackage(asked: string, version: string): readonly ListedPackage[] {
  const at = asked.indexOf('@', 1);
  const [name, wish] = at < 0 ? [asked, ''] : [asked.slice(0, at), asked.slice(at + 1)];
  if (/^(?:file|link):/u.test(wish)) return [];
  if (!wish.startsWith('npm:')) return [name === '' || version === '' ? 'unidentified' : { name, version }];
  const alias = wish.slice('npm:'.length);
  const end = alias.indexOf('@', 1);
  return [{ name: end < 0 ? alias : alias.slice(0, end), version }];
}
