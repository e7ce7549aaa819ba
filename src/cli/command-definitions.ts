import type { Command, Option } from 'commander';
import type { CliContext } from './cli-context.ts';
import type { ExitCode } from './exit-code.ts';
import {
  commonOptions,
  enrichOption,
  feedOptions,
  formatOption,
  imageOptions,
  jsonFormatOption,
  onlyOption,
  outputOption,
  reportOptions,
  statsOption,
} from './options/command-options.ts';
import type { OptionFactory } from './options/define-option.ts';
import type { CommonOptions } from './options/option-types.ts';
import { serveOptions } from './options/serve-options.ts';

/** One command of the command line. */
export interface CommandDefinition {
  /** Its name, and what it takes besides options. */
  readonly usage: string;
  readonly description: string;
  readonly help?: string;
  options(make: OptionFactory): readonly Option[];
  run(command: Command, createContext: (options: CommonOptions) => Promise<CliContext>): Promise<ExitCode>;
}

type CommandRun<O> = (context: CliContext, options: O, operand: string) => Promise<ExitCode>;

const referenceHelp = `
An image is a path (what it is, is seen from its content), the name of one in a
registry such as alpine:3.20 or HOST/NAME:TAG, or SCHEME:REST with
  docker-archive:FILE   docker save, also with compressed layers or gzipped as a whole
  oci-archive:FILE      an OCI layout in a tar
  oci-dir:DIRECTORY     an OCI layout
  dir:DIRECTORY         the root file system of an image
  registry:NAME         an image in a registry, also where there is a path of that name
Of several images in one archive, PATH:TAG chooses one.`;

const serveHelp = `
The daemons of claircore v0.0.7, with its JSON:
  libindex   POST /index, GET /index_report/<hash>        also started as libindexhttp
  libvuln    POST /scan                                   also started as libvulnhttp
Both have GET /healthz. The variables of v0.0.7 are read where those with the prefix CLAIRCORE_ are not set:
HTTP_LISTEN_ADDR, CONNECTION_STRING, SCAN_LOCK_RETRY, LAYER_SCAN_CONCURRENCY, LOG_LEVEL, MAX_CONN_POOL, RUN.`;

export const commandDefinitions: readonly CommandDefinition[] = [
  {
    usage: 'scan <image>',
    description: 'index an image, fetch the feeds that it needs if they are old, match, report',
    help: referenceHelp,
    options: (make) => [...reportOptions(make), ...imageOptions(make), ...feedOptions(make), ...commonOptions(make)],
    run: loaded(async () => (await import('./commands/scan.ts')).scan),
  },
  {
    usage: 'index <image>',
    description: 'print what is installed in an image, as JSON',
    help: referenceHelp,
    options: (make) => [jsonFormatOption(), outputOption(make), ...imageOptions(make), ...commonOptions(make)],
    run: loaded(async () => (await import('./commands/index-image.ts')).indexImage),
  },
  {
    usage: 'match <index-report>',
    description: 'report from what "claircore index" printed: a file, or - for stdin',
    options: (make) => [...reportOptions(make), statsOption(make), ...feedOptions(make), ...commonOptions(make)],
    run: loaded(async () => (await import('./commands/match.ts')).match),
  },
  {
    usage: 'update',
    description: 'load the advisories of all feeds that changed',
    options: (make) => [
      onlyOption(make),
      enrichOption(make),
      formatOption(make),
      outputOption(make),
      ...feedOptions(make),
      ...commonOptions(make),
    ],
    run: loaded(async () => (await import('./commands/update.ts')).update),
  },
  {
    usage: 'feeds',
    description: 'list which advisories are loaded, how fresh they are, and what failed',
    options: (make) => [formatOption(make), outputOption(make), ...commonOptions(make)],
    run: loaded(async () => (await import('./commands/feeds.ts')).feeds),
  },
  {
    usage: 'serve <libindex|libvuln>',
    description: 'run one of the two services over HTTP until it is told to stop',
    help: serveHelp,
    options: serveOptions,
    run: async (command, createContext) => {
      const { serve } = await import('./commands/serve.ts');
      await using context = await createContext({ logLevel: command.opts<CommonOptions>().logLevel });
      return await serve(context.io, command);
    },
  },
];

/** A command whose code is loaded when it runs. */
function loaded<O extends CommonOptions>(load: () => Promise<CommandRun<O>>): CommandDefinition['run'] {
  return async (command, createContext) => {
    const run = await load();
    const options = command.opts<O>();
    await using context = await createContext(options);
    return await run(context, options, command.args[0] ?? '');
  };
}
