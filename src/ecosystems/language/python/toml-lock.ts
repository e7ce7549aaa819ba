import { sourceUrl, type ListReading, type ShownPackage } from '../../../families/index.ts';
import { readTomlLock, type TomlTable, type TomlValue } from '../../../formats/toml-lock/index.ts';
import { normalizeName } from './normalize-name.ts';

type Values = ReadonlyMap<string, TomlValue>;

/** Tables that hold one package each: `[[package]]` of Poetry, uv and PDM, `[[packages]]` of PEP 751. */
const elements: ReadonlySet<string> = new Set(['package', 'packages']);
/** Groups that are installed if nobody asks: Poetry's, PDM's. */
const ordinaryGroups: ReadonlySet<string> = new Set(['main', 'default']);
/** Kinds of sources in the project itself, as lock files name them; a `path` is of a wheel. */
const ownSources = ['editable', 'virtual', 'directory'];

interface Entry {
  readonly values: Values;
  source: Values | undefined;
}

/**
 * Reads `poetry.lock`, `uv.lock`, `pdm.lock` and `pylock.toml`: name and version of every package. The project itself is left out (uv's `virtual` and `editable`, any
 * directory), and what only groups other than the main one ask for, where the file tells.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function parseTomlLock(bytes: Uint8Array): ListReading {
  const entries: Entry[] = [];
  for (const table of readTomlLock(new TextDecoder().decode(bytes))) addTo(entries, table);
  const packages: ShownPackage[] = [];
  let unidentified = 0;
  for (const { values, source } of entries) {
    if (isOwn(values, source) || isForDevelopment(values)) continue;
    const [name, version] = [textOf(values.get('name')), textOf(values.get('version'))];
    if (name === undefined || version === undefined) unidentified += 1;
    else packages.push({ name: normalizeName(name), version, ...sourceOf(values, source) });
  }
  return { kind: 'list', packages, unidentified };
}

function addTo(entries: Entry[], { name, isElement, values }: TomlTable): void {
  if (isElement && elements.has(name)) {
    entries.push({ values, source: tableOf(values.get('source')) });
    return;
  }
  const [first = '', second] = name.split('.');
  const last = entries.at(-1);
  if (!last || !elements.has(first)) return;
  // A table of the package before: `[package.source]`, and of PEP 751 one for each kind.
  if (second === 'source' || second === 'vcs' || second === 'archive') last.source = values;
  if (second === 'directory') last.source = new Map([[second, { kind: 'table', values }]]);
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
