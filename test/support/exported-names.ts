import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What can be imported from a module of the sources, by name; types too. */
export function exportedNames(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return new Set();
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  const names = new Set<string>();
  for (const [, from = ''] of text.matchAll(/^export (?:type )?\* from '([^']+)';/gm)) {
    for (const name of exportedNames(join(dirname(path), from), seen)) names.add(name);
  }
  for (const [, list = ''] of text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)) {
    for (const item of list.split(',')) {
      const name = item
        .trim()
        .replace(/^type /, '')
        .split(' as ')
        .at(-1);
      if (name) names.add(name);
    }
  }
  const declared = /^export (?:async )?(?:abstract )?(?:interface|type|class|function\*?|const) (\w+)/gm;
  for (const [, name = ''] of text.matchAll(declared)) names.add(name);
  return names;
}

/** Members of interfaces, object types and classes of the sources, by the name of what declares them; inherited ones not. */
export function declaredMembers(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>();
  for (const path of globSync('src/**/*.ts', { cwd: root })) {
    if (path.endsWith('.test.ts')) continue;
    let open: Set<string> | undefined;
    for (const line of readFileSync(join(root, path), 'utf8').split('\n')) {
      const name = /^(?:export )?(?:abstract )?(?:interface|class|type) (\w+).*\{$/.exec(line)?.[1];
      if (name !== undefined) {
        open = members.get(name) ?? new Set();
        members.set(name, open);
      } else if (line.startsWith('}')) open = undefined;
      const member = /^ {2}(?:readonly |async |static async |static |get )*(\w+)[?(:<]/.exec(line)?.[1];
      if (member !== undefined) open?.add(member);
    }
  }
  return members;
}

/** What the names of a type are inherited from, as written: `interface A extends B, Partial<Omit<C, 'x'>>`. */
export function parents(root: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const path of globSync('src/**/*.ts', { cwd: root })) {
    for (const [, name = '', list = ''] of readFileSync(join(root, path), 'utf8').matchAll(
      /^(?:export )?interface (\w+)(?:<[^>]*>)? extends (.+) \{/gm,
    )) {
      found.set(name, list.match(/[A-Z]\w+/g) ?? []);
    }
  }
  return found;
}
