import type { MessagePort } from 'node:worker_threads';
import type { LeaseProof } from '../../../contracts/index.ts';
import { encodeError, type WireError } from './wire-error.ts';

/** Methods that a worker answers: all take and give what structured cloning keeps. */
export type Methods<Calls> = { readonly [Name in keyof Calls]: (...args: never[]) => Promise<unknown> };

export interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

export type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: WireError };

/** What a worker says unasked: a lock that it held is lost. */
export interface Loss {
  readonly lost: LeaseProof;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Bytes from which on a buffer changes hands instead of being copied. */
const worthTransfer = 64 * 1024;

/** Methods of these names that ask somebody else. */
export function remoteCalls<Calls extends Methods<Calls>>(
  names: readonly (keyof Calls & string)[],
  ask: (name: keyof Calls & string, args: readonly unknown[]) => Promise<unknown>,
): Calls {
  const methods: unknown = Object.fromEntries(names.map((name) => [name, (...args: readonly unknown[]) => ask(name, args)]));
  return methods as Calls;
}

/** Answers the calls that come through the port, each when it is done. While the methods cannot be had, that is the answer. */
export function serveCalls<Calls extends Methods<Calls>>(port: MessagePort, opening: Promise<Calls>): void {
  const methods = opening.then((calls) => new Map<string, unknown>(Object.entries(calls)));
  // Told to whoever calls.
  methods.catch(() => undefined);
  port.on('message', ({ id, name, args }: Call) => {
    void answer(port, id, async () => ((await methods).get(name) as Method | undefined)?.(...args));
  });
}

async function answer(port: MessagePort, id: number, call: () => Promise<unknown>): Promise<void> {
  try {
    const value = await call();
    port.postMessage({ id, value } satisfies Reply, ownBuffers(value));
  } catch (error) {
    port.postMessage({ id, error: encodeError(error) } satisfies Reply);
  }
}

/** Large buffers that stand in the value itself: whoever made it for us needs them no more. */
function ownBuffers(value: unknown): ArrayBuffer[] {
  const parts: readonly unknown[] = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [];
  return parts.flatMap((part) => (part instanceof Uint8Array && isWhole(part) ? [part.buffer] : []));
}

function isWhole(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.byteLength >= worthTransfer && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
}
