import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { diagnosticCodes } from '../../src/core/diagnostic-codes.ts';
import { errorCodes } from '../../src/core/error-codes.ts';
import { markdownTable, toSentence, type Page } from './page.ts';

/** Every error code: what happened, what to do, what the command line ends with. */
export function errorsPage(): Page {
  const rows = sorted(errorCodes).map(([code, { kind, message, advice }]) => [
    `\`${code}\``,
    kind,
    String(exitCodeOf(kind)),
    toSentence(message),
    toSentence(advice),
  ]);
  const text = [
    '# Errors',
    '',
    'Every error that this package throws on purpose is a `ClaircoreError` with one of these codes. The message of a code is constant; what varies is in `data`, what lay underneath in `cause`.',
    'Generated from `src/core/error-codes.ts` by `npm run docs`.',
    '',
    ...markdownTable(['code', 'kind', 'exit code', 'what happened', 'what to do'], rows),
    '',
  ].join('\n');
  return { path: 'docs/reference/errors.md', text };
}

/** Every diagnostic code: how grave it is, and what it takes from coverage. */
export function diagnosticsPage(): Page {
  const rows = sorted(diagnosticCodes).map(([code, entry]) => [
    `\`${code}\``,
    entry.level,
    toSentence(entry.message),
    'gap' in entry ? `\`${entry.gap}\`` : '',
  ]);
  const text = [
    '# Diagnostics',
    '',
    'What was met on the way and did not stop the work. A diagnostic with a gap makes the coverage of a report incomplete.',
    'Generated from `src/core/diagnostic-codes.ts` by `npm run docs`.',
    '',
    ...markdownTable(['code', 'level', 'what was met', 'gap'], rows),
    '',
  ].join('\n');
  return { path: 'docs/reference/diagnostics.md', text };
}

function sorted<V>(table: Readonly<Record<string, V>>): readonly (readonly [string, V])[] {
  return Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1));
}
