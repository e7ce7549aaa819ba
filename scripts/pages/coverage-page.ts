import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from '../../src/contracts/index.ts';
import { plugins } from '../../src/defaults/plugins.ts';
import { versionSchemes } from '../../src/versions/index.ts';
import { markdownTable, type Page } from './page.ts';

/** What is found, and what is matched, plugin by plugin. */
export function coveragePage(): Page {
  const rows = plugins.map((plugin) => {
    const folder = folderOf(plugin);
    const { ecosystem, updaterSets = [], matchers = [] } = plugin;
    return [
      `[${plugin.id}](../../${folder}/README.md)`,
      folder.split('/').at(-2) ?? '',
      names(ecosystem?.packageScanners),
      names(ecosystem?.distributionScanners),
      ids(updaterSets),
      matchers.map(({ id, scheme }) => `\`${id}\` (${scheme})`).join(', '),
    ];
  });
  const text = [
    '# What is covered',
    '',
    'Packages that a scanner finds are matched where a matcher takes them and a feed answers; all others are listed, and are `unknown` in the verdicts and a gap in the coverage of a report.',
    'Generated from `src/defaults/plugins.ts` and the notes of each plugin by `npm run docs`.',
    '',
    ...markdownTable(['plugin', 'kind', 'finds packages', 'knows distributions', 'feeds', 'matches (version scheme)'], rows),
    '',
    `Version schemes: ${[...versionSchemes.keys()].map((id) => `\`${id}\``).join(', ')}.`,
    '',
    '## Not covered',
    '',
    'In the words of each plugin:',
    '',
    ...plugins.flatMap((plugin) => notCovered(plugin)),
    '',
  ].join('\n');
  return { path: 'docs/reference/coverage.md', text };
}

/** A test of `defaults` holds the list of plugins and these folders together. */
function folderOf({ id }: Plugin): string {
  const [definition] = globSync(`src/ecosystems/*/${id}/index.ts`);
  if (definition === undefined) throw new Error(`the plugin ${id} has no folder`);
  return dirname(definition);
}

function notCovered(plugin: Plugin): readonly string[] {
  const path = join(folderOf(plugin), 'README.md');
  if (!existsSync(path)) throw new Error(`${path} is missing: every plugin says what it covers and what not`);
  const readme = readFileSync(path, 'utf8');
  const told = /\*\*Not covered\.\*\* ([^]*?)(?:\n\n|$)/.exec(readme)?.[1];
  return told === undefined ? [] : [`* **${plugin.id}**: ${told.trim().replaceAll(/\s+/g, ' ')}`];
}

function names(scanners: readonly { readonly name: string; readonly version: number }[] = []): string {
  return scanners.map(({ name, version }) => `\`${name}\` v${version}`).join(', ');
}

function ids(plugged: readonly { readonly id: string }[]): string {
  return plugged.map(({ id }) => `\`${id}\``).join(', ');
}
