import { runCli } from '../../src/cli/run-cli.ts';
import { epoch } from './cli.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Columns of the terminal that stdout is; no terminal if absent. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process: quick, but without what only a process has (signals, its end). */
export async function run(args: readonly string[], { env = {}, input = '', columns, signal }: RunOptions = {}): Promise<RunResult> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written, isTTY: boolean) => ({
    isTTY,
    columns,
    write(text: string, done?: (error?: Error | null) => void) {
      written[name] += text;
      done?.();
      return true;
    },
  });
  // The parser of options reads the process's own environment.
  using _ = withEnvironment(env);
  const code = await runCli(args, {
    environment: { HOME: '/nonexistent', SOURCE_DATE_EPOCH: epoch, ...env },
    stdin: chunks(input),
    stdout: stream('stdout', columns !== undefined),
    stderr: stream('stderr', false),
    signal: signal ?? new AbortController().signal,
  });
  return { code, ...written };
}

function withEnvironment(env: Readonly<Record<string, string>>): Disposable {
  const before = Object.keys(env).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, env);
  return {
    [Symbol.dispose]() {
      for (const [key, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, key);
        else process.env[key] = value;
      }
    },
  };
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield await Promise.resolve(new TextEncoder().encode(text));
}
