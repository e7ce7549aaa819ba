import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunStats } from '../src/cli/run-stats.ts';
import { debScheme } from '../src/versions/index.ts';

const root = join(import.meta.dirname, '..');
const pages = globSync('docs/**/*.md', { cwd: root }).sort();
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What a page calls by a path of this checkout: `src/…`, `test/…` and the like, between backticks and without a placeholder. */
function pathsIn(text: string): readonly string[] {
  const found = text.matchAll(/`((?:src|test|docs|examples|scripts|bin)\/[A-Za-z0-9_./-]+)`/g);
  return [...found].flatMap(([, path]) => path ?? []);
}

/** Targets of links inside this checkout. */
function linksIn(text: string): readonly { readonly path: string; readonly anchor: string }[] {
  const found = text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g);
  return [...found].map(([, path = '', anchor = '']) => ({ path, anchor }));
}

/** The anchors that Markdown viewers give to headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documentation', () => {
  it('is there', () => {
    expect(pages.length).toBeGreaterThan(15);
  });

  it.each(pages)('%s names files that exist', (page) => {
    const missing = pathsIn(textOf(page)).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  it.each(pages)('%s links to what exists', (page) => {
    const broken = linksIn(textOf(page)).filter(({ path, anchor }) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== '' && !anchorsOf(textOf(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  // The types of what is written are in one file; a member that is added there has to be told.
  it('tells every member of the JSON reports', () => {
    const told = textOf('docs/reference/report-json.md');
    const members = [...textOf('src/reports/wire/wire-types.ts').matchAll(/readonly ([a-z_0-9]+)\??:/g)].map(([, name = '']) => name);
    expect(new Set(members).size).toBeGreaterThan(60);
    expect([...new Set(members)].filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });

  it('tells every member of the statistics', () => {
    const told = textOf('docs/reference/report-json.md');
    const names = JSON.stringify(new RunStats().toJson()).matchAll(/"([a-z_]+)":/g);
    expect([...names].map(([, name = '']) => name).filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows the keys of its worked example as the scheme makes them', () => {
    const rows = [...textOf('docs/concepts/versions.md').matchAll(/^(\d\S*) .* ([0-9a-f]{10,})$/gm)];
    expect(rows.map(([, version]) => version)).toEqual(['1.9', '1.10~rc1', '1.10', '1.10-1+deb12u1', '1:1.0']);
    for (const [, version = '', hex] of rows) {
      const parsed = debScheme.parse(version);
      const key = parsed.ok ? debScheme.key(parsed.value) : undefined;
      expect(key && Buffer.from(key).toString('hex')).toBe(hex);
    }
  });
});
