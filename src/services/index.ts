/** claircore as a service: the two daemons of the seed. */
export { HttpDaemon, parseListenAddress, type BoundAddress, type HttpDaemonOptions, type ListenAddress } from './http/index.ts';
export { JsonLogger, serviceLogLevels, type JsonLoggerOptions, type ServiceLogLevel } from './json-logger.ts';
export { createLibindexHttp, type LibindexHttpOptions } from './libindex-http.ts';
export { createLibvulnHttp, type LibvulnHttpOptions } from './libvuln-http.ts';
export { openLibindexDaemon, type LibindexDaemonOptions } from './open-libindex-daemon.ts';
export { openLibvulnDaemon, type LibvulnDaemonOptions } from './open-libvuln-daemon.ts';
