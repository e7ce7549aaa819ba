import { sourceUrl, type ListReading, type ShownPackage } from '../../../families/index.ts';
import { readYamlLock } from '../../../formats/yaml-lock/index.ts';

type Found = ShownPackage | 'unidentified';

/**
 * Reads `yarn.lock`: of Yarn 1 in its own format, of Yarn 2 and later (with `__metadata`) in YAML. Which packages are only needed to develop the project, neither tells.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function parseYarnLock(bytes: Uint8Array): ListReading {
  const text = new TextDecoder().decode(bytes);
  const isBerry = /^__metadata:/mu.test(text);
  if (!isBerry && !/^(?:# yarn lockfile v1|\S[^\n]*:$)/mu.test(text.replaceAll('\r', '')))
    return { kind: 'unparsable', reason: 'no lock file of Yarn' };
  const found = isBerry ? ofBerry(text) : ofClassic(text);
  const packages = found.filter((each) => each !== 'unidentified');
  return { kind: 'list', packages, unidentified: found.length - packages.length };
}

/** `"lodash@npm:^4.0.0":` with `version: 4.17.21` and `resolution: "lodash@npm:4.17.21"`; workspaces and links are the project's own. */
function ofBerry(text: string): readonly Found[] {
  const entries = new Map<string, Map<string, string>>();
  for (const { path, value } of readYamlLock(text)) {
    const [key = '', field] = path;
    if (key === '__metadata' || path.length > 2) continue;
    const fields = entries.get(key) ?? new Map<string, string>();
    entries.set(key, fields);
    if (field !== undefined && value !== undefined) fields.set(field, value);
  }
  return [...entries.values()].flatMap(berryPackage);
}

function berryPackage(fields: ReadonlyMap<string, string>): readonly Found[] {
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
function ofClassic(text: string): readonly Found[] {
  const found: Found[] = [];
  let asked: string | undefined;
  for (const line of text.split('\n')) {
    const end = line.trimEnd();
    if (end === '' || end.startsWith('#')) continue;
    if (!end.startsWith(' ')) {
      if (asked !== undefined) found.push('unidentified');
      asked = end.endsWith(':') ? firstOf(end.slice(0, -1)) : undefined;
    } else if (asked !== undefined && /^ {2}version /u.test(end)) {
      found.push(...classicPackage(asked, end.slice('  version '.length).replaceAll('"', '')));
      asked = undefined;
    }
  }
  if (asked !== undefined) found.push('unidentified');
  return found;
}

function firstOf(keys: string): string {
  const [first = ''] = keys.replaceAll('"', '').split(', ', 1);
  return first;
}

function classicPackage(asked: string, version: string): readonly Found[] {
  const at = asked.indexOf('@', 1);
  const [name, wish] = at < 0 ? [asked, ''] : [asked.slice(0, at), asked.slice(at + 1)];
  if (/^(?:file|link):/u.test(wish)) return [];
  if (!wish.startsWith('npm:')) return [name === '' || version === '' ? 'unidentified' : { name, version }];
  const alias = wish.slice('npm:'.length);
  const end = alias.indexOf('@', 1);
  return [{ name: end < 0 ? alias : alias.slice(0, end), version }];
}
