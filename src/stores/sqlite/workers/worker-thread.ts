import { Worker } from 'node:worker_threads';
import type { LeaseProof } from '../../../contracts/index.ts';
import { StoreError, UsageError, type ClaircoreError } from '../../../core/index.ts';
import type { Call, Loss, Reply } from './calls.ts';
import type { WorkerTask } from './store-service.ts';
import { decodeError } from './wire-error.ts';

export interface WorkerThreadOptions {
  readonly task: WorkerTask;
  /** What the thread runs; if absent the entry beside this module. */
  readonly entry?: URL | undefined;
  /** MiB of JavaScript heap beyond which the worker ends. */
  readonly heap: number;
  readonly onLost?: (proof: LeaseProof) => void;
  /** The worker ended although nobody closed it. */
  readonly onEnded?: () => void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ClaircoreError) => void;
}

/** Beside this module, in the form in which it is itself: source, compiled, or bundled. */
function entryBeside(): URL {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return new URL(`./store-worker${extension}`, import.meta.url);
}

/**
 * A store in a thread of its own. Started by the first call, and again by the first one after it broke down; a thread that has
 * nothing to do does not keep the process.
 */
export class WorkerThread {
  readonly #options: WorkerThreadOptions;
  #running: RunningWorker | undefined;
  #closing: Promise<void> | undefined;
  #asked = 0;

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
  }

  /** Calls that are not answered yet. */
  get asked(): number {
    return this.#asked;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && this.#closing === undefined;
  }

  /**
   * @throws StoreError `STORE_WORKER` when the worker ends before it answers; UsageError `USAGE_CLOSED`; UsageError `USAGE_PLUGIN` for an
   * argument that cannot be sent; what the method throws
   */
  async ask(name: string, args: readonly unknown[] = []): Promise<unknown> {
    if (this.#closing) throw new UsageError('USAGE_CLOSED', { what: 'store', path: this.#options.task.path });
    this.#asked += 1;
    try {
      const running = (this.#running ??= this.#start());
      // The first thing that each worker is asked.
      await running.opened;
      return await running.ask(name, args);
    } finally {
      this.#asked -= 1;
    }
  }

  /** What was asked before is answered, be it that the store is closed. */
  close(): Promise<void> {
    this.#closing ??= this.#running?.close() ?? Promise.resolve();
    return this.#closing;
  }

  #start(): RunningWorker {
    const running = new RunningWorker(this.#options, () => {
      if (this.#running === running) this.#running = undefined;
    });
    return running;
  }
}

/** One worker from its start to its end. */
class RunningWorker {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #pending = new Map<number, Pending>();
  readonly opened: Promise<unknown>;
  #lastId = 0;
  #fault: unknown;
  #state: 'running' | 'closing' | 'gone' = 'running';
  #onIdle: (() => void) | undefined;

  /** @param onGone called once, when it is of no use any more */
  constructor({ task, entry = entryBeside(), heap, onLost, onEnded }: WorkerThreadOptions, onGone: () => void) {
    this.#path = task.path;
    // Flags of the process are about its own program.
    this.#worker = new Worker(entry, { workerData: task, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heap } });
    this.#worker.on('message', (message: Reply | Loss) => {
      if ('lost' in message) onLost?.(message.lost);
      else this.#settle(message);
    });
    this.#worker.on('error', (error: unknown) => void (this.#fault = error));
    this.#worker.on('messageerror', (error: unknown) => {
      this.#fault = error;
      void this.#worker.terminate();
    });
    this.#worker.on('exit', () => {
      const isUnexpected = this.#state === 'running';
      this.#state = 'gone';
      onGone();
      this.#failAll();
      if (isUnexpected) onEnded?.();
    });
    this.opened = this.ask('open', []);
    this.opened.catch(() => {
      onGone();
      void this.#end();
    });
  }

  ask(name: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#state === 'gone') throw this.#lost();
      this.#lastId += 1;
      const id = this.#lastId;
      this.#post({ id, name, args });
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
    });
  }

  #post(call: Call): void {
    try {
      this.#worker.postMessage(call, []);
    } catch (cause) {
      // Contracts speak of plain data alone: a function in it is of somebody's own scanner or updater.
      throw new UsageError('USAGE_PLUGIN', { call: call.name }, { cause });
    }
  }

  /** What was asked before is answered, be it that the store is closed. */
  async close(): Promise<void> {
    try {
      await this.opened;
      const closing = this.ask('close', []);
      this.#state = 'closing';
      await closing;
      if (this.#pending.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    } catch (error) {
      // It never had anything open, or has not any more.
      if (this.#state === 'closing') throw error;
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    if (this.#state === 'gone') return;
    this.#state = 'closing';
    // A process that waits for nothing else waits for this.
    this.#worker.ref();
    await this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#rest();
    if ('error' in reply) pending?.reject(decodeError(reply.error));
    else pending?.resolve(reply.value);
  }

  #failAll(): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    this.#rest();
    for (const { reject } of waiting) reject(this.#lost());
  }

  #rest(): void {
    this.#worker.unref();
    this.#onIdle?.();
  }

  #lost(): StoreError {
    return new StoreError('STORE_WORKER', { path: this.#path }, { cause: this.#fault });
  }
}
