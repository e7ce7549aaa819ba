import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClaircoreError, UsageError } from '../../core/index.ts';
import { silentLogger, type Logger } from '../../runtime/index.ts';
import type { HttpRoute } from './http-route.ts';
import type { ListenAddress } from './listen-address.ts';
import { endsWithin, type RunningWork, type StopTimes } from './running-work.ts';

export interface HttpDaemonOptions {
  readonly logger?: Logger | undefined;
  /** ms in which running work may finish when the daemon is closed, before it is cancelled; 10 s if absent. */
  readonly shutdownTimeout?: number | undefined;
  /** ms for a request to come in whole; 60 s if absent. */
  readonly requestTimeout?: number | undefined;
  /** Requests that are answered at one time; further ones get 503. 512 if absent. */
  readonly maxRequests?: number | undefined;
}

export interface HttpDaemonParts {
  readonly routes: readonly HttpRoute[];
  /** Requests and background work. */
  readonly work: RunningWork;
  /** What is closed with the daemon. */
  readonly library: Partial<AsyncDisposable>;
  readonly options: HttpDaemonOptions;
}

/** Where a daemon can be reached. */
export interface BoundAddress {
  readonly host: string;
  readonly port: number;
  /** e.g. `http://127.0.0.1:8080`; for a daemon that listens on all interfaces, this machine's own address. */
  readonly url: string;
}

const defaultShutdownTimeout = 10_000;
/** ms that cancelled work has to end, and the library to close. */
const cancelTimeout = 5_000;

/** ms in which the answer to a cancelled request must be sent. */
const answerTimeout = 1_000;

/** A service over HTTP. Closing it stops it accepting, lets running work finish or cancels it, and closes its library; bounded in time. */
export class HttpDaemon implements AsyncDisposable {
  readonly #parts: HttpDaemonParts;
  readonly #logger: Logger;
  #server: Server | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: HttpDaemonParts) {
    this.#parts = parts;
    this.#logger = parts.options.logger ?? silentLogger;
  }

  /** Where it listens; undefined before {@link listen} and after closing. */
  get address(): BoundAddress | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? toBound(address) : undefined;
  }

  /** @throws UsageError `LISTEN_FAILED`, `USAGE_CLOSED` */
  async listen(address: ListenAddress): Promise<BoundAddress> {
    if (this.#isClosing) throw new UsageError('USAGE_CLOSED', { what: 'daemon' });
    // The HTTP framework is loaded only by who serves.
    const { createHttpServer } = await import('./create-http-server.ts');
    const server = await createHttpServer({ ...this.#parts, isClosing: () => this.#isClosing });
    if (this.#isClosing) throw new UsageError('USAGE_CLOSED', { what: 'daemon' });
    if (this.#server) throw new UsageError('LISTEN_FAILED', { ...address, reason: 'it listens already' });
    this.#server = server;
    await bind(server, address);
    const bound = this.address;
    if (!bound) throw new ClaircoreError('INTERNAL', { what: 'no address' });
    this.#logger.log('info', 'listening', { address: bound.url, host: bound.host, port: bound.port });
    return bound;
  }

  get #isClosing(): boolean {
    return this.#closing !== undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const { work, library, options } = this.#parts;
    const times: StopTimes = { finish: options.shutdownTimeout ?? defaultShutdownTimeout, cancel: cancelTimeout };
    const server = this.#server;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    this.#logger.log('info', 'stopping', { running: work.size });
    // Who was cancelled is told so; a request that still comes in then is cut off.
    const cutOff = (): void => void setTimeout(() => server?.closeAllConnections(), answerTimeout).unref();
    work.signal.addEventListener('abort', cutOff, { once: true });
    const stopped = await work.stop(times);
    server?.closeAllConnections();
    await closed;
    if (stopped === 'stuck') this.#logger.log('error', 'work did not obey when it was cancelled', { running: work.size });
    const isClosed = await endsWithin(closeLibrary(library, this.#logger), cancelTimeout);
    this.#logger.log(isClosed ? 'info' : 'error', isClosed ? 'stopped' : 'the library does not close', { work: stopped });
  }
}

async function closeLibrary(library: Partial<AsyncDisposable>, logger: Logger): Promise<void> {
  try {
    await library[Symbol.asyncDispose]?.();
  } catch (error) {
    logger.log('error', 'the library could not be closed', { error });
  }
}

async function bind(server: Server, { host, port }: ListenAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void => {
      const reason = 'code' in cause ? String(cause.code) : cause.name;
      reject(new UsageError('LISTEN_FAILED', { host, port, reason }, { cause }));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function toBound({ address, port, family }: AddressInfo): BoundAddress {
  const reachable = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return { host: address, port, url: `http://${family === 'IPv6' ? `[${reachable}]` : reachable}:${port}` };
}
