import { sourceUrl, type ListedPackage, type ShownPackage } from '../../../families/index.ts';
import { readTomlLock, type TomlTable, type TomlValue } from '../../../formats/toml-lock/index.ts';
import { normalizeName } from './normalize-name.ts';

type Values = ReadonlyMap<string, TomlValue>;

/** Tables that hold one package each: `[[package]]` of Poetry, uv and PDM, `[[packages]]` of PEP 751. */
const elements: ReadonlySet<string> = new Set(['package', 'packages']);
/** Groups that are installed if nobody asks: Poetry's, PDM's. */
const ordinaryGroups: ReadonlySet<string> = new Set(['main', 'default']);
/** Kinds of sources in the project itself, as lock files name them; a `path` is of a wheel. */
const ownSources = ['editable', 'virtual', 'directory'];

/**
 * Reads `poetry.lock`, `uv.lock`, `pdm.lock` and `pylock.toml`: name and version of every package. The project itself is left out (uv's `virtual` and `editable`, any
 * directory), and what only groups other than the main one ask for, where the file tells.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function* parseTomlLock(bytes: Uint8Array): Generator<ListedPackage> {
  let values: Values | undefined;
  let source: Values | undefined;
  for (const table of readTomlLock(new TextDecoder().decode(bytes))) {
    if (table.isElement && elements.has(table.name)) {
      if (values) yield* lockedPackage(values, source);
      values = table.values;
      source = tableOf(values.get('source'));
    } else {
      source = sourceBelow(table) ?? source;
    }
  }
  if (values) yield* lockedPackage(values, source);
}

/** A table of the package before: `[package.source]`, and of PEP 751 one for each kind. */
function sourceBelow({ name, values }: TomlTable): Values | undefined {
  const [first = '', second, ...rest] = name.split('.');
  if (!elements.has(first) || rest.length > 0) return undefined;
  if (second === 'directory') return new Map([[second, { kind: 'table', values }]]);
  return second === 'source' || second === 'vcs' || second === 'archive' ? values : undefined;
}

function lockedPackage(values: Values, source: Values | undefined): readonly ListedPackage[] {
  if (isOwn(values, source) || isForDevelopment(values)) return [];
  const [name, version] = [textOf(values.get('name')), textOf(values.get('version'))];
  return name === undefined || version === undefined
    ? ['unidentified']
    : [{ name: normalizeName(name), version, ...sourceOf(values, source) }];
}

function isOwn(values: Values, source: Values | undefined): boolean {
  if (textOf(source?.get('type')) === 'directory') return true;
  return ownSources.some((kind) => values.has(kind) || source?.has(kind) === true);
}

function isForDevelopment(values: Values): boolean {
  if (textOf(values.get('category')) === 'dev') return true;
  const groups = values.get('groups');
  if (groups?.kind !== 'array' || groups.items.length === 0) return false;
  return !groups.items.some((group) => ordinaryGroups.has(textOf(group) ?? ''));
}

/** What came from a repository or a URL says so: Poetry in `type` and `url`, the others by the name of the kind. */
function sourceOf(values: Values, source: Values | undefined): Pick<ShownPackage, 'installation'> {
  const type = textOf(source?.get('type'));
  const url = textOf(source?.get('url'));
  const git = textOf(source?.get('git')) ?? textOf(values.get('git')) ?? (type === 'git' ? url : undefined);
  if (git !== undefined) return { installation: { source: sourceUrl(`git+${git}`) } };
  const plain = type === undefined || type === 'url' ? (url ?? textOf(values.get('url'))) : undefined;
  return plain === undefined ? {} : { installation: { source: sourceUrl(plain) } };
}

function textOf(value: TomlValue | undefined): string | undefined {
  return value?.kind === 'string' && value.text !== '' ? value.text : undefined;
}

function tableOf(value: TomlValue | undefined): Values | undefined {
  return value?.kind === 'table' ? value.values : undefined;
}
