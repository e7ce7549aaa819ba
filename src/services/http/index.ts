export { healthRoute } from './health-route.ts';
export { HttpDaemon, type BoundAddress, type HttpDaemonOptions } from './http-daemon.ts';
export type { HttpRoute } from './http-route.ts';
export { parseJsonBody } from './json-body.ts';
export { parseListenAddress, type ListenAddress } from './listen-address.ts';
export { badRequest, HttpProblem, readRequest } from './problem.ts';
export { RunningWork } from './running-work.ts';
