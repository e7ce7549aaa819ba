import { AbortedError, InputError, throwIfAborted } from '../../../core/index.ts';
import type { RegistryCredentials } from '../../../contracts/index.ts';

export interface CredentialHelperOptions {
  /** What the program gets as its environment: it is looked up in its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** ms; 30 s if absent. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

const helperName = /^[A-Za-z0-9_-]{1,64}$/;
const maxOutput = 65_536;
/** What docker's helpers print, exit code 1 beside it, where they know of no such server. */
const notFound = 'credentials not found';

/**
 * Asks `docker-credential-NAME get` for a server (docker-credential-helpers, README). The only place where a program is run, and
 * only because the user's own configuration names it (ADR 13): no shell, one word on stdin, bounded time and output.
 * Undefined where the helper knows of no such server.
 *
 * @throws InputError `REGISTRY_CREDENTIALS`, which never holds what the program printed; AbortedError
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  options: CredentialHelperOptions,
): Promise<RegistryCredentials | undefined> {
  throwIfAborted(options.signal);
  if (!helperName.test(name)) throw failure(name, 'not a name of a helper');
  const { isFine, output, reason } = await run(`docker-credential-${name}`, server, options);
  if (options.signal?.aborted === true) throw new AbortedError({ cause: options.signal.reason });
  if (isFine) return toCredentials(output) ?? failed(name, 'an answer that cannot be read');
  if (output.trim().startsWith(notFound)) return undefined;
  throw failure(name, reason);
}

interface Ran {
  readonly isFine: boolean;
  readonly output: string;
  readonly reason: string;
}

async function run(program: string, input: string, options: CredentialHelperOptions): Promise<Ran> {
  // Loaded only here: few images need it.
  const { execFile } = await import('node:child_process');
  const { environment, timeout = 30_000, signal } = options;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      ['get'],
      { env: { ...environment }, timeout, maxBuffer: maxOutput, killSignal: 'SIGKILL', shell: false, windowsHide: true, signal },
      (error, stdout) => resolve({ isFine: error === null, output: stdout, reason: error ? reasonOf(error) : '' }),
    );
    // A program that ends without reading is told by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${server(input)}\n`);
  });
}

function server(text: string): string {
  return text.replaceAll(/[\r\n]/g, '');
}

function reasonOf(error: Error & { readonly code?: unknown; readonly killed?: boolean }): string {
  if (error.code === 'ENOENT') return 'no such program in PATH';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it says too much';
  if (error.killed === true) return 'it took too long';
  if (typeof error.code === 'number') return `exit code ${error.code}`;
  return typeof error.code === 'string' ? error.code : 'it failed';
}

function toCredentials(output: string): RegistryCredentials | undefined {
  let wire: unknown;
  try {
    wire = JSON.parse(output);
  } catch {
    return undefined;
  }
  if (typeof wire !== 'object' || wire === null || !('Username' in wire) || !('Secret' in wire)) return undefined;
  const { Username: user, Secret: secret } = wire;
  if (typeof user !== 'string' || typeof secret !== 'string') return undefined;
  // The name that stands for "the secret is an identity token".
  return user === '<token>' ? { kind: 'identity-token', token: secret } : { kind: 'basic', user, password: secret };
}

function failure(name: string, reason: string): InputError {
  return new InputError('REGISTRY_CREDENTIALS', { helper: name.slice(0, 80), reason });
}

function failed(name: string, reason: string): never {
  throw failure(name, reason);
}
