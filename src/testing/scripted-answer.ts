import type { IncomingMessage, ServerResponse } from 'node:http';

/** One answer in place of what is served: scripted ones are given first, one a request. */
export type ScriptedAnswer =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** The connection ends before any answer. */
  | { readonly kind: 'reset' }
  /** The whole length is declared, `bytes` of it are sent, then the connection ends. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** `bytes` are sent, then nothing more, the connection left open. */
  | { readonly kind: 'stall'; readonly bytes: number }
  /** All is sent, `bytes` every `delay` ms. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly delay: number }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' };

/** What would be answered if nothing was scripted. */
export interface PlannedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array;
}

/** The answers that are scripted for paths, in the order in which they are due. */
export class AnswerScript {
  readonly #next = new Map<string, ScriptedAnswer[]>();
  readonly #always = new Map<string, ScriptedAnswer>();

  add(path: string, answers: readonly ScriptedAnswer[]): void {
    this.#next.set(path, [...(this.#next.get(path) ?? []), ...answers]);
  }

  always(path: string, answer: ScriptedAnswer | undefined): void {
    if (answer) this.#always.set(path, answer);
    else this.#always.delete(path);
  }

  /** What this request is answered, if it is scripted. */
  take(path: string): ScriptedAnswer | undefined {
    return this.#next.get(path)?.shift() ?? this.#always.get(path);
  }
}

/** Gives a scripted answer to a request. */
export function giveAnswer(answer: ScriptedAnswer, planned: PlannedAnswer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = planned;
  switch (answer.kind) {
    case 'status':
      response.writeHead(answer.status, answer.headers).end();
      return;
    case 'redirect':
      response.writeHead(answer.status ?? 302, { location: answer.location }).end();
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case 'truncate':
      response.writeHead(status, headers);
      response.write(body.subarray(0, answer.bytes), () => request.socket.destroy());
      response.flushHeaders();
      return;
    case 'stall':
      response.writeHead(status, headers);
      response.write(body.subarray(0, answer.bytes));
      return;
    case 'trickle':
      response.writeHead(status, headers);
      trickle(body, answer, response);
      return;
    case 'silence':
  }
}

function trickle(body: Uint8Array, { bytes, delay }: Extract<ScriptedAnswer, { kind: 'trickle' }>, response: ServerResponse): void {
  let at = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(at, at + bytes));
    at += bytes;
    if (at < body.length) return;
    clearInterval(timer);
    response.end();
  }, delay);
  response.once('close', () => clearInterval(timer));
}
