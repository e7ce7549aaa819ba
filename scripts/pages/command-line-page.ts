import type { Option } from 'commander';
import { commandDefinitions, type CommandDefinition } from '../../src/cli/command-definitions.ts';
import { exitCodeHelp } from '../../src/cli/exit-code.ts';
import { OptionFactory, type Environment } from '../../src/cli/options/define-option.ts';
import { markdownTable, toSentence, type Page } from './page.ts';

/** Every variable is set: only then does each option tell which one it is read from. */
const everything = new Proxy<Environment>({}, { get: () => '1' });

/** The commands and their options, from the definitions that the command line itself is made of. */
export function commandLinePage(): Page {
  const text = [
    '# Command line',
    '',
    'A flag goes before its variable, a variable before the default. Results go to stdout, progress, warnings and logs to stderr. Generated from `src/cli/command-definitions.ts` by `npm run docs`.',
    '',
    ...commandDefinitions.flatMap(commandSection),
    '## Exit codes',
    '',
    ...exitCodeRows(),
    '',
    '## Environment',
    '',
    'Beside the variables above, which stand for options (one without a value takes `1` or `0`; a list is separated by commas):',
    '',
    ...markdownTable(
      ['variable', 'what it does'],
      [
        ['`SOURCE_DATE_EPOCH`', 'Seconds since 1970: the instant of reports, for output that can be reproduced.'],
        ['`NO_COLOR`, `FORCE_COLOR`', 'No colours, or colours also where stdout is no terminal.'],
        ['`XDG_DATA_HOME`', 'Where the default database lies: `claircore/claircore.db` in it (on Windows in `LOCALAPPDATA`).'],
        ['`XDG_CACHE_HOME`', 'Where Node.js keeps compiled code between runs: `claircore/compiled` in it (on Windows in `LOCALAPPDATA`).'],
      ],
    ),
    '',
  ].join('\n');
  return { path: 'docs/reference/command-line.md', text };
}

function commandSection(command: CommandDefinition): readonly string[] {
  const { usage, description, help } = command;
  const rows = command
    .options(new OptionFactory(everything))
    .map((option) => [
      `\`${option.flags}\``,
      toSentence(option.description).replaceAll('<', '\\<'),
      defaultOf(option),
      option.envVar === undefined ? '' : `\`${option.envVar}\``,
    ]);
  return [
    `## \`claircore ${usage}\``,
    '',
    toSentence(description),
    '',
    ...(help === undefined ? [] : ['```text', help.trim(), '```', '']),
    ...markdownTable(['option', 'what it does', 'default', 'variable'], rows),
    '',
  ];
}

function defaultOf({ defaultValue, defaultValueDescription }: Option): string {
  if (defaultValue === undefined || Array.isArray(defaultValue)) return '';
  return defaultValueDescription ?? String(defaultValue);
}

/** The help has them in two columns. */
function exitCodeRows(): readonly string[] {
  const codes = [...exitCodeHelp.matchAll(/(\d[\d, ]*?) {1,2}([a-z-].*?)(?= {3,}|\n|$)/g)];
  if (codes.length === 0) throw new Error('the exit codes of the help cannot be read');
  return markdownTable(
    ['exit code', 'what it means'],
    codes.map(([, code = '', meaning = '']) => [code.trim(), toSentence(meaning.trim())]),
  );
}
