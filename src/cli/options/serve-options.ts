import { InvalidArgumentError, type Option } from 'commander';
// From its file: the index of the room would bring the whole service into the start of --help.
import { parseListenAddress, type ListenAddress } from '../../services/http/listen-address.ts';
import { feedOptions } from './command-options.ts';
import { variableOf, type OptionFactory } from './define-option.ts';
import type { FeedOptions } from './option-types.ts';
import { parseDuration } from './parse-duration.ts';
import { parseGoDuration } from './parse-go-duration.ts';

export const daemonNames = ['libindex', 'libvuln'] as const;
export type DaemonName = (typeof daemonNames)[number];

export const serviceLogLevels = ['debug', 'info', 'warn', 'error', 'fatal', 'panic'] as const;

export interface ServeOptions extends FeedOptions {
  readonly httpListenAddr?: ListenAddress;
  readonly connectionString?: string;
  readonly db?: string;
  readonly maxConnPool?: number;
  readonly scanLock?: 'lease' | 'postgres-advisory';
  /** ms */
  readonly scanLockRetry?: number;
  readonly layerScanConcurrency?: number;
  readonly allowLayerHost: readonly string[];
  readonly run?: RegExp;
  readonly initialUpdate: 'wait' | 'background' | 'none';
  /** ms */
  readonly updateInterval: number;
  /** ms */
  readonly shutdownTimeout: number;
  readonly logLevel: (typeof serviceLogLevels)[number];
}

/** Options that only one of the daemons has. */
export const optionsOfOne: Readonly<Record<string, DaemonName>> = {
  scanLock: 'libindex',
  scanLockRetry: 'libindex',
  layerScanConcurrency: 'libindex',
  allowLayerHost: 'libindex',
  run: 'libvuln',
  initialUpdate: 'libvuln',
  updateInterval: 'libvuln',
  feedMirror: 'libvuln',
  feedSource: 'libvuln',
  offline: 'libvuln',
};

const integerUpTo = (most: number) => (text: string) => (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most ? Number(text) : undefined);

export function serveOptions(make: OptionFactory): Option[] {
  const options = [
    make.value(
      '--http-listen-addr <host:port>',
      'where to listen (default: 0.0.0.0:8080 for libindex, 0.0.0.0:8081 for libvuln)',
      'host:port, e.g. 127.0.0.1:8080',
      parseListenAddress,
    ),
    make.text('--connection-string <url|file>', 'database, postgres://USER@HOST/DATABASE or a file; --db is the same'),
    make.text('--db <file|url>', 'database, where --connection-string names none; index results of a file are beside it'),
    make.value('--max-conn-pool <number>', 'connections to PostgreSQL at most', 'a whole number, 1 to 10000', integerUpTo(10_000)),
    make.choice('--scan-lock <lock>', 'libindex: how one process keeps the others from an image', ['lease', 'postgres-advisory']),
    make.value(
      '--scan-lock-retry <time>',
      'libindex: time between two tries for the lock on an image',
      'seconds, or a duration such as 500ms or 1m30s; 10 ms to 10 min',
      (text) => within(parseGoDuration(text), 10, 600_000),
    ),
    make.value(
      '--layer-scan-concurrency <number>',
      'libindex: layers that are read at the same time',
      'a whole number, 1 to 1024',
      integerUpTo(1024),
    ),
    make.list(
      '--allow-layer-host <host[:port]>',
      'libindex: a host that layers may be fetched from although its address is private or loopback (repeatable)',
      'host or host:port',
      (text) => (/^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?$/.test(text) ? text : undefined),
    ),
    make.value('--run <regexp>', 'libvuln: only updaters whose name it matches', 'a regular expression', parseRegExp),
    make
      .choice('--initial-update <when>', 'libvuln: whether feeds are loaded before it listens, beside that, or not at all', [
        'wait',
        'background',
        'none',
      ])
      .default('background'),
    make
      .value(
        '--update-interval <time>',
        'libvuln: time between two updates of all feeds',
        'a duration such as 30m or 6h, 1m to 24d',
        (text) => within(parseDuration(text), 60_000, 24 * 86_400_000),
      )
      .default(6 * 3_600_000, '6h'),
    ...feedOptions(make),
    make
      .value(
        '--shutdown-timeout <time>',
        'how long running work may take to finish once it is told to stop',
        'a duration such as 10s',
        (text) => within(parseDuration(text), 0, 3_600_000),
      )
      .default(10_000, '10s'),
    make.choice('--log-level <level>', 'what to log to stderr, as JSON', serviceLogLevels).default('info'),
  ];
  return options.map((option) => readSeedVariable(make, option));
}

/** The variables of v0.0.7 have no prefix: `HTTP_LISTEN_ADDR` stands where `CLAIRCORE_HTTP_LISTEN_ADDR` does not. */
const seedVariables: readonly string[] = [
  'HTTP_LISTEN_ADDR',
  'CONNECTION_STRING',
  'SCAN_LOCK_RETRY',
  'LAYER_SCAN_CONCURRENCY',
  'LOG_LEVEL',
  'MAX_CONN_POOL',
  'RUN',
];

function readSeedVariable(make: OptionFactory, option: Option): Option {
  const seed = variableOf(option).replace(/^CLAIRCORE_/, '');
  return seedVariables.includes(seed) ? make.alsoFrom(seed, option) : option;
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

function parseRegExp(text: string): RegExp | undefined {
  if (text.length > 1000) return undefined;
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError('Give a regular expression.');
  }
}
