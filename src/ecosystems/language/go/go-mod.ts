import { unparsableList, type ShownPackage } from '../../../families/index.ts';
import { linesOf } from '../../../runtime/index.ts';
import { builtModule, type Replacement } from './modules-of.ts';

const longestLine = 4096;
/** No module requires or replaces as many; what is beyond is not read. */
const mostRequired = 20_000;
/** Of one module: versions of it. */
const mostReplaced = 100;

interface Replaced extends Replacement {
  /** Empty for every version. */
  readonly of: string;
}

/** Modules of the Go distribution: what they bring, advisories tell of `stdlib` and `toolchain`. */
const distribution: ReadonlySet<string> = new Set(['std', 'cmd']);

/**
 * Reads `go.mod` (go.dev/ref/mod, "go.mod files"): the versions that it requires, and what stands in for them. From Go 1.17 on a module names all
 * that it is built from there; an older one leaves out what is indirect.
 * @throws InputError `LOCK_FILE_UNPARSABLE`
 */
export function parseGoMod(bytes: Uint8Array): readonly ShownPackage[] {
  const required: { readonly path: string; readonly version: string }[] = [];
  const replaced = new Map<string, Replaced[]>();
  let module = '';
  for (const [directive, ...words] of directives(new TextDecoder().decode(bytes))) {
    const [path = '', version = ''] = words;
    if (directive === 'module') module = path;
    if (directive === 'require' && words.length === 2 && required.length <= mostRequired) required.push({ path, version });
    const arrow = directive === 'replace' ? words.indexOf('=>') : -1;
    if (arrow < 1 || replaced.size >= mostRequired) continue;
    const [target = '', at = ''] = words.slice(arrow + 1);
    const known = replaced.get(path) ?? [];
    replaced.set(path, known);
    if (known.length < mostReplaced) known.push({ of: arrow > 1 ? version : '', path: target, version: at });
  }
  if (module === '') throw unparsableList('no module directive');
  if (distribution.has(module)) return [];
  return required.map(({ path, version }): ShownPackage => {
    const all = replaced.get(path) ?? [];
    const replace = all.find((each) => each.of === version) ?? all.find((each) => each.of === '');
    return builtModule({ path, version, ...(replace && { replace }) });
  });
}

/** Directives word by word; those in parentheses one a line. */
function* directives(text: string): Generator<readonly string[]> {
  let block: string | undefined;
  for (const line of linesOf(text, longestLine)) {
    const [code = ''] = line.split('//', 1);
    const words = code.split(/\s+/u).flatMap((word) => (word === '' ? [] : [unquoted(word)]));
    if (words.length === 0) continue;
    if (block !== undefined) {
      if (words[0] === ')') block = undefined;
      else yield [block, ...words];
    } else if (words.at(-1) === '(') {
      block = words[0];
    } else {
      yield words;
    }
  }
}

function unquoted(word: string): string {
  return /^(?:"[^"]*"|`[^`]*`)$/u.test(word) ? word.slice(1, -1) : word;
}
