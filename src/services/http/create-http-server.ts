import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { silentLogger, type Logger } from '../../runtime/index.ts';
import type { HttpDaemonParts } from './http-daemon.ts';
import type { HttpAnswer, HttpRoute } from './http-route.ts';
import { isJsonType } from './media-type.ts';
import { HttpProblem, toProblem, type ProblemCode } from './problem.ts';
import { requestIdOf } from './request-id.ts';

const jsonType = 'application/json; charset=utf-8';
const defaultRequestTimeout = 60_000;
const defaultMaxRequests = 512;
/** A digest, every character percent-encoded. */
const mostParameter = 512;

export interface HttpServerParts extends HttpDaemonParts {
  readonly isClosing: () => boolean;
}

/** The server of a daemon, not listening yet. Every answer carries `x-request-id`; every answer but a success is a problem as JSON. */
export async function createHttpServer(parts: HttpServerParts): Promise<Server> {
  const { routes, options } = parts;
  const requestTimeout = options.requestTimeout ?? defaultRequestTimeout;
  const app = Fastify({
    logger: false,
    requestTimeout,
    keepAliveTimeout: 5_000,
    // Who sends its headers or its body by drops is cut off.
    http: {
      headersTimeout: Math.min(15_000, requestTimeout),
      connectionsCheckingInterval: Math.min(5_000, requestTimeout),
      // Refused below, with a body like every other.
      requireHostHeader: false,
    },
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    frameworkErrors: (_error, request, reply) => void sendProblem(reply.header('x-request-id', request.id), new HttpProblem('bad-request')),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error.code, socket),
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: mostParameter },
  });
  takeBodies(app);
  observe(app, parts);
  for (const route of routes) addRoute(app, route, parts);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, fromFastify(error)));
  await app.ready();
  // An expectation that Node.js does not know is passed over: the answer is the same without it.
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
  return app.server;
}

/** Bodies are taken as bytes: what they are is for the route to say. */
function takeBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** What is the same for every request: its id, whether it is taken at all, and one line in the log. */
function observe(app: FastifyInstance, { routes, options, work, isClosing }: HttpServerParts): void {
  const { logger = silentLogger, maxRequests = defaultMaxRequests } = options;
  let active = 0;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
    active += 1;
    void work.track(closed(reply.raw)).then(() => (active -= 1));
    if (isClosing()) throw new HttpProblem('unavailable', { headers: { connection: 'close' } });
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') throw new HttpProblem('bad-request');
    if (request.is404) throw notHere(request, routes);
    if (active > maxRequests && request.routeOptions.url !== '/healthz')
      throw new HttpProblem('unavailable', { headers: { 'retry-after': '1' } });
    if (request.method === 'POST') assertJson(request);
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    if (isClosing()) reply.header('connection', 'close');
    return payload;
  });
  app.addHook('onResponse', async (request, reply) => logRequest(logger, request, reply));
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve));
}

/** 405 where there is something under the path for another method, 400 where its hash is missing, else 404. */
function notHere(request: FastifyRequest, routes: readonly HttpRoute[]): HttpProblem {
  const [path = ''] = request.url.split('?', 1);
  const parts = path.replace(/\/$/, '').split('/');
  const route = routes.find((candidate) => fits(candidate.path.split('/'), parts));
  if (!route) return new HttpProblem('not-found');
  const allowed = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
  if (allowed.includes(request.method)) return new HttpProblem('bad-request', { message: 'there is no hash in the path' });
  return new HttpProblem('method-not-allowed', { headers: { allow: allowed.join(', ') } });
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return parts.length <= pattern.length && pattern.every((part, index) => part === parts[index] || part === ':hash');
}

function assertJson({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!isJsonType(headers['content-type']) || encoding.toLowerCase() !== 'identity') throw new HttpProblem('unsupported-media-type');
}

function addRoute(app: FastifyInstance, route: HttpRoute, { work }: HttpServerParts): void {
  app.route<{ Params: { hash?: string }; Body: Uint8Array | undefined }>({
    method: route.method,
    url: route.path,
    ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
    handler: async (request, reply) => {
      const left = new AbortController();
      reply.raw.once('close', () => reply.raw.writableFinished || left.abort());
      const signal = AbortSignal.any([left.signal, work.signal]);
      const answer = await route.handle({ id: request.id, hash: request.params.hash ?? '', body: request.body, signal });
      return await sendAnswer(reply, answer, request.method === 'HEAD');
    },
  });
}

function sendAnswer(reply: FastifyReply, { status, headers = {}, body }: HttpAnswer, isHead: boolean): FastifyReply {
  // A report is written piece by piece: the whole text of a large one is never in memory.
  return reply
    .code(status)
    .type(jsonType)
    .headers(headers)
    .send(Readable.from(isHead ? [] : body));
}

function sendProblem(reply: FastifyReply, problem: HttpProblem): FastifyReply {
  failures.set(reply.request, problem);
  return reply.code(problem.status).type(jsonType).headers(problem.headers).send(JSON.stringify(problem.body));
}

/** Why a request failed, for its line in the log. */
const failures = new WeakMap<FastifyRequest, HttpProblem>();

/** The path without its query: that could hold anything. */
function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const problem = failures.get(request);
  const [path = ''] = request.url.split('?', 1);
  const isHealthy = request.routeOptions.url === '/healthz' && reply.statusCode < 400;
  logger.log(reply.statusCode >= 500 ? 'error' : isHealthy ? 'debug' : 'info', 'request', {
    request: request.id,
    method: request.method,
    path: path.slice(0, 300),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ...(problem && { code: problem.code }),
    ...(problem && problem.status >= 500 && problem.cause !== undefined && { error: problem.cause }),
  });
}

/** What the framework itself refuses. */
function fromFastify(error: unknown): HttpProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HttpProblem('payload-too-large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new HttpProblem('unsupported-media-type');
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? new HttpProblem('bad-request') : toProblem(error);
}

/** What is not even a request gets its answer on the bare connection. */
function answerBrokenRequest(code: string, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const problem = new HttpProblem(brokenRequests.get(code) ?? 'bad-request');
  const body = JSON.stringify(problem.body);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    'connection: close',
    `content-type: ${jsonType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestIdOf(undefined)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const brokenRequests = new Map<string, ProblemCode>([
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
]);
