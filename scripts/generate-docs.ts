// Writes the reference pages that mirror tables of the source; with --check only says whether they are current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { diagnosticCodes } from '../src/core/diagnostic-codes.ts';
import { errorCodes, type ErrorKind } from '../src/core/error-codes.ts';

const exitCodes: Readonly<Record<ErrorKind, number>> = { usage: 2, input: 4, feed: 5, store: 6, limit: 7, internal: 70, aborted: 130 };

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function errorsPage(): string {
  const rows = Object.entries(errorCodes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { kind, message, advice }]) => `| \`${code}\` | ${kind} | ${exitCodes[kind]} | ${sentence(message)} | ${sentence(advice)} |`,
    );
  return [
    '# Errors',
    '',
    'Every error that this package throws on purpose is a `ClaircoreError` with one of these codes. The message of a code is constant; what varies is in `data`, what lay underneath in `cause`.',
    'Generated from `src/core/error-codes.ts` by `npm run docs`.',
    '',
    '| code | kind | exit code | what happened | what to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function diagnosticsPage(): string {
  const rows = Object.entries(diagnosticCodes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, entry]) => `| \`${code}\` | ${entry.level} | ${sentence(entry.message)} | ${'gap' in entry ? `\`${entry.gap}\`` : ''} |`);
  return [
    '# Diagnostics',
    '',
    'What was met on the way and did not stop the work. A diagnostic with a gap makes the coverage of a report incomplete.',
    'Generated from `src/core/diagnostic-codes.ts` by `npm run docs`.',
    '',
    '| code | level | what was met | gap |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const pages: Readonly<Record<string, string>> = {
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/diagnostics.md': diagnosticsPage(),
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of Object.entries(pages)) {
  if (check) {
    const current = (() => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return '';
      }
    })();
    if (current === text) continue;
    stale += 1;
    console.error(`${path} is not current: npm run docs`);
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
if (check) console.log(`${Object.keys(pages).length} generated pages, ${stale} not current`);
if (stale > 0) process.exit(1);
