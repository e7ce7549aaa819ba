import { isGone, writeText } from './cli-io.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { runCli } from './run-cli.ts';

/** The first signal stops the work cleanly: locks are given back, temporary files removed. The second ends the process where it is. */
function stopOnSignals(controller: AbortController): { readonly exitCode: () => ExitCode | undefined } {
  let stopped: ExitCode | undefined;
  const stopWith = (exitCode: ExitCode) => (): void => {
    if (stopped !== undefined) process.exit(exitCode);
    stopped = exitCode;
    controller.abort();
  };
  process.on('SIGINT', stopWith(exitCodes.interrupted));
  process.on('SIGTERM', stopWith(exitCodes.terminated));
  return { exitCode: () => stopped };
}

/** A reader that closes its end early (`| head`) wants no more: that is no failure. */
function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!isGone(error)) process.exit(exitCodes.internal);
    });
  }
}

async function main(): Promise<void> {
  const controller = new AbortController();
  const signals = stopOnSignals(controller);
  tolerateClosedPipes();
  const exitCode = await runCli(process.argv.slice(2), {
    environment: process.env,
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  });
  // Pipes are written asynchronously, and what keeps a connection or a timer open must not keep the process.
  await Promise.all([writeText(process.stdout, ''), writeText(process.stderr, '')]);
  // What was done in spite of the signal is done; to a daemon it is the end that it waits for.
  process.exit(exitCode === exitCodes.done ? exitCode : (signals.exitCode() ?? exitCode));
}

void main();
