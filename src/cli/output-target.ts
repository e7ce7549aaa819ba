import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../core/index.ts';
import { writeText, type CliIo } from './cli-io.ts';

/** Where results go. What was written without `commit` is taken back when it is disposed. */
export interface OutputTarget extends Disposable {
  /** Columns where it is a terminal. */
  readonly columns?: number | undefined;
  readonly isStdout: boolean;
  write(pieces: Iterable<string>): Promise<void>;
  /** Now it is complete: the file appears under its name. */
  commit(): void;
}

/**
 * Stdout, or a file that appears under its name when it is complete: written beside it, then renamed.
 * Opened before the work begins, so that a path that cannot be written is told at once.
 * @throws UsageError `OUTPUT_FAILED`
 */
export function openOutput(path: string | undefined, io: CliIo): OutputTarget {
  if (path === undefined || path === '-') return new StdoutTarget(io);
  return asOutputError(path, () => openFile(path));
}

function openFile(path: string): OutputTarget {
  const existing = statSync(path, { throwIfNoEntry: false });
  // A device or a pipe cannot be replaced by a file, only written to.
  if (existing && !existing.isFile()) return new FileTarget(path, path, openSync(path, 'w'));
  const target = existing ? realpathSync(path) : path;
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  const descriptor = openSync(temporary, 'wx', 0o666);
  if (existing) keepMode(temporary, existing);
  return new FileTarget(target, temporary, descriptor);
}

class StdoutTarget implements OutputTarget {
  readonly isStdout = true;
  readonly columns: number | undefined;
  readonly #io: CliIo;

  constructor(io: CliIo) {
    this.#io = io;
    this.columns = io.stdout.isTTY === true ? io.stdout.columns : undefined;
  }

  async write(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) await writeText(this.#io.stdout, piece);
  }

  commit(): void {}
  [Symbol.dispose](): void {}
}

class FileTarget implements OutputTarget {
  readonly isStdout = false;
  readonly #path: string;
  readonly #temporary: string;
  #descriptor: number | undefined;
  readonly #discard = (): void => this[Symbol.dispose]();

  constructor(path: string, temporary: string, descriptor: number) {
    this.#path = path;
    this.#temporary = temporary;
    this.#descriptor = descriptor;
    process.once('exit', this.#discard);
  }

  write(pieces: Iterable<string>): Promise<void> {
    return asOutputError(this.#path, () => {
      for (const piece of pieces) if (this.#descriptor !== undefined) writeWhole(this.#descriptor, piece);
      return Promise.resolve();
    });
  }

  commit(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    asOutputError(this.#path, () => {
      if (this.#temporary !== this.#path) {
        fsyncSync(descriptor);
        renameSync(this.#temporary, this.#path);
      }
      this.#close();
    });
  }

  [Symbol.dispose](): void {
    if (this.#descriptor === undefined) return;
    this.#close();
    if (this.#temporary !== this.#path) unlinkSync(this.#temporary);
  }

  #close(): void {
    process.off('exit', this.#discard);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}

/** A report that was shared by its permissions stays shared. */
function keepMode(temporary: string, existing: Stats): void {
  chmodSync(temporary, existing.mode & 0o777);
}

function asOutputError<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    throw new UsageError('OUTPUT_FAILED', { path, reason }, { cause });
  }
}
