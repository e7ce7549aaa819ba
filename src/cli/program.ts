import { Command, type Option } from 'commander';
import { commandDefinitions } from './command-definitions.ts';
import type { CliContext } from './cli-context.ts';
import { exitCodeHelp, exitCodes, type ExitCode } from './exit-code.ts';
import { OptionFactory, type Environment } from './options/define-option.ts';
import type { CommonOptions } from './options/option-types.ts';
import { packageVersion } from './package-version.ts';

const environmentHelp = `
Environment:
  Every option can be given as a variable: CLAIRCORE_FEED_MIRROR is --feed-mirror, CLAIRCORE_OFFLINE=1 is --offline.
  A flag goes before its variable. SOURCE_DATE_EPOCH sets the instant of a report; NO_COLOR and FORCE_COLOR are known.`;

const defaultHelpWidth = 100;

export interface Program {
  /** Runs the command that the arguments name. @throws CommanderError for help, version and wrong usage; whatever the command throws */
  run(args: readonly string[]): Promise<ExitCode>;
}

export interface ProgramOptions {
  readonly environment: Environment;
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
  readonly helpWidth?: number | undefined;
  /** Makes what a command works with, once one runs. */
  readonly createContext: (options: CommonOptions) => Promise<CliContext>;
}

/** The commands and their options. Each loads what it needs when it runs: help and version load nothing of it. */
export function createProgram(options: ProgramOptions): Program {
  const { environment, writeOut, writeErr, createContext } = options;
  const helpWidth = (): number => options.helpWidth ?? defaultHelpWidth;
  let exitCode: ExitCode = exitCodes.done;
  const root = new Command('claircore')
    .description('Finds what is installed in a container image, and the known vulnerabilities that affect it.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('afterAll', `${exitCodeHelp}\n${environmentHelp}`)
    .showHelpAfterError('Use --help to see what there is.')
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({ writeOut, writeErr, outputError, getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth });
  for (const definition of commandDefinitions) {
    const command = root.command(definition.usage).description(definition.description);
    for (const option of definition.options(new OptionFactory(environment))) command.addOption(option);
    if (definition.help !== undefined) command.addHelpText('after', definition.help);
    command.action(async () => {
      exitCode = await definition.run(command, createContext);
    });
  }
  return {
    async run(args) {
      await root.parseAsync([...args], { from: 'user' });
      return exitCode;
    },
  };
}

/** The variable of each option is told once, at the end. */
function describeOption({ description, defaultValue, defaultValueDescription }: Option): string {
  if (defaultValue === undefined || (Array.isArray(defaultValue) && defaultValue.length === 0)) return description;
  return `${description} (default: ${defaultValueDescription ?? String(defaultValue)})`;
}

/** What was typed stands in the sentence: it may come from elsewhere, and a terminal must not obey it. */
function outputError(text: string, write: (text: string) => void): void {
  write(text.replace(/^error: /, 'claircore: ').replaceAll(/[^\P{C}\n]/gu, '\ufffd'));
}
