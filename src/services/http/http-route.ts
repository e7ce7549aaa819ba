/** A request as a route gets it. */
export interface HttpRequest {
  readonly id: string;
  /** The part of the path that `:hash` stands for, percent-decoded; empty where the route has none. */
  readonly hash: string;
  /** The body, bounded; absent where there is none. */
  readonly body?: Uint8Array | undefined;
  /** Fires when the client has left, and when the daemon has to stop. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, in pieces. */
  readonly body: Iterable<string>;
}

/** One thing that a daemon does. HEAD comes with GET; all other methods are refused. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  readonly path: '/index' | '/index_report/:hash' | '/scan' | '/healthz';
  /** Bytes of a body that are taken. */
  readonly bodyLimit?: number;
  /** @throws HttpProblem; whatever else is told as a failure of ours */
  handle(request: HttpRequest): Promise<HttpAnswer>;
}
