import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declaredMembers, exportedNames, parents } from './support/exported-names.ts';
import { missing, sharedPath } from './support/shared-data.ts';

const root = join(import.meta.dirname, '..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = textOf('docs/reference/from-claircore-v0.0.7.md');

interface Row {
  readonly seed: string;
  readonly here: string;
  readonly differs: string;
}

const rows: readonly Row[] = page.split('\n').flatMap((line) => {
  if (!line.startsWith('| ') || line.startsWith('| v0.0.7 ')) return [];
  const [, seed = '', here = '', differs = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  return [{ seed, here, differs }];
});
const ticked = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const exported = new Set(
  ['src/index.ts', 'src/versions/index.ts', 'src/testing/index.ts', 'src/testing/suites.ts'].flatMap((path) => [
    ...exportedNames(join(root, path)),
  ]),
);
const makeTargets = new Set(/^TARGETS := ([\s\S]*?)\n\n/m.exec(textOf('Makefile'))?.[1]?.split(/[\s\\]+/));
const npmScripts = new Set(Object.keys((JSON.parse(textOf('package.json')) as { readonly scripts: object }).scripts));
const members = declaredMembers(root);
const inherited = parents(root);

function hasMember(type: string, member: string): boolean {
  return members.get(type)?.has(member) === true || (inherited.get(type) ?? []).some((parent) => hasMember(parent, member));
}

/** Whether what the page names is there: a file, a route, a target, a variable, or an exported name and its member. */
function isThere(name: string): boolean {
  if (/^(?:src|bin)\//.test(name)) return existsSync(join(root, name));
  const target = /^make (\S+)$/.exec(name)?.[1];
  if (target !== undefined) return makeTargets.has(target) && npmScripts.has(target);
  const route = /^(GET|POST) (\/\w+)(\/<hash>)?$/.exec(name);
  if (route) {
    const [, method = '', path = '', hash] = route;
    const sources = ['libindex', 'libvuln'].map((daemon) => textOf(`src/services/${daemon}-http.ts`)).join('\n');
    return sources.includes(`method: '${method}',\n    path: '${path}${hash === undefined ? '' : '/:hash'}'`);
  }
  if (/^[A-Z_]{3,}$/.test(name))
    return (
      textOf('src/cli/options/serve-options.ts').includes(`'${name}'`) || textOf('docs/reference/command-line.md').includes(`\`${name}\``)
    );
  const [type = '', member] = name.split('.');
  return exported.has(type) && (member === undefined || hasMember(type, member));
}

describe('the page that maps claircore v0.0.7', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(180);
  });

  it.each(rows)('$seed → $here', ({ here, differs }) => {
    if (here.startsWith('—')) {
      expect(differs.length).toBeGreaterThan(20);
      return;
    }
    const names = ticked(here);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !isThere(name))).toEqual([]);
  });

  it('would miss what is not there', () => {
    const absent = [
      'Manifest.nothing',
      'Nothing',
      'src/nothing.ts',
      'make nothing',
      'GET /nothing',
      'POST /index/<hash>',
      'NO_SUCH_VARIABLE',
      'Libindex.match',
    ];
    expect(absent.filter(isThere)).toEqual([]);
  });

  const absent = missing('spec/claircore-v0.0.7.md');
  it.skipIf(absent !== undefined)(
    `tells what the description of that version names${absent === undefined ? '' : ` (skipped: ${absent})`}`,
    () => {
      const told = new Set(
        rows.flatMap(({ seed }) => ticked(seed)).flatMap((name) => [name, name.split('.').at(-1) ?? '', name.replace(/^make /, '')]),
      );
      const spec = readFileSync(sharedPath('spec/claircore-v0.0.7.md'), 'utf8');
      const section = (from: string, to: string): string => spec.slice(spec.indexOf(from), spec.indexOf(to));
      // options: the first cell of the tables of Opts
      const options = [
        ...`${section('### Opts\n', '### API')}${section('## 1.4 libvuln', '### API & HTTP')}`.matchAll(/^\| ([A-Z]\w+)(?: int32)? \|/gm),
      ].map(([, name = '']) => name);
      // types: the first cell of the table of the model
      const types = [...section('## 1.2', '## 1.3').matchAll(/^\| ([A-Z]\w+) \|/gm)].map(([, name = '']) => name);
      const variables =
        spec.match(/\b(?:HTTP_LISTEN_ADDR|CONNECTION_STRING|SCAN_LOCK_RETRY|LAYER_SCAN_CONCURRENCY|LOG_LEVEL|MAX_CONN_POOL|RUN)\b/g) ?? [];
      const targets = ticked(section('## 1.5', 'Integration skip').replaceAll(/\(tag[^)]*\)/g, '')).flatMap((name) =>
        name.split('/').map((part, index, all) => (index === 0 ? part : `${all[0]?.replace(/[^-]+$/, '') ?? ''}${part}`)),
      );
      const fields = options.filter((name) => name !== 'Field');
      expect([fields.length > 12, types.length > 8, targets.length > 15]).toEqual([true, true, true]);
      const untold = [...fields, ...types.filter((name) => name !== 'Type'), ...new Set(variables), ...targets].filter(
        (name) => !told.has(name),
      );
      expect(untold).toEqual([]);
    },
  );
});
