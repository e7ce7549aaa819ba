// Writes the reference pages that mirror tables of the source; with --check only says whether they are current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { diagnosticsPage, errorsPage } from './pages/code-pages.ts';
import { commandLinePage } from './pages/command-line-page.ts';
import { coveragePage } from './pages/coverage-page.ts';
import { limitsPage } from './pages/limits-page.ts';
import type { Page } from './pages/page.ts';

const pages: readonly Page[] = [commandLinePage(), coveragePage(), diagnosticsPage(), errorsPage(), limitsPage()];

function isCurrent({ path, text }: Page): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
}

function check(): number {
  const stale = pages.filter((page) => !isCurrent(page));
  for (const { path } of stale) console.error(`${path} is not current: npm run docs`);
  console.log(`${pages.length} generated pages, ${stale.length} not current`);
  return stale.length === 0 ? 0 : 1;
}

function write(): number {
  for (const { path, text } of pages) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return 0;
}

process.exitCode = process.argv.includes('--check') ? check() : write();
