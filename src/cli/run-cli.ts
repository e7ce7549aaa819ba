import { CommanderError } from 'commander';
import type { CliIo } from './cli-io.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { CommonOptions } from './options/option-types.ts';
import { createProgram } from './program.ts';

/** Runs the command line: parses, runs the command, tells what failed. Never throws: whatever happens is an exit code and a sentence. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let isDebug = false;
  try {
    const program = createProgram({
      environment: io.environment,
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      helpWidth: io.stdout.isTTY === true ? io.stdout.columns : undefined,
      createContext: async (options: CommonOptions) => {
        isDebug = options.logLevel === 'debug';
        const { createCliContext } = await import('./cli-context.ts');
        return createCliContext(io, options);
      },
    });
    return await program.run(args);
  } catch (error) {
    // Commander has told the user already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { describeFailure, describeInFull, exitCodeOfError } = await import('./failure.ts');
    io.stderr.write(`claircore: ${describeFailure(error)}\n`);
    if (isDebug) io.stderr.write(`${describeInFull(error)}\n`);
    return exitCodeOfError(error);
  }
}
