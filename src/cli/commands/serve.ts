import type { Command } from 'commander';
import { UsageError } from '../../core/index.ts';
import { JsonLogger, openLibindexDaemon, openLibvulnDaemon, type HttpDaemon } from '../../services/index.ts';
import { readClock } from '../cli-context.ts';
import { writeText, type CliIo } from '../cli-io.ts';
import { advisoryDatabase, indexDatabase } from '../database.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { daemonNames, optionsOfOne, type DaemonName, type ServeOptions } from '../options/serve-options.ts';

const defaultPorts: Readonly<Record<DaemonName, number>> = { libindex: 8080, libvuln: 8081 };

/** Serve until the process is asked to stop; then what runs is finished or cancelled, and no lock is left. */
export async function serve(io: CliIo, command: Command): Promise<ExitCode> {
  const options = command.opts<ServeOptions>();
  const name = readDaemonName(command.args[0] ?? '');
  assertApplicable(command, name);
  await using daemon = await open(io, name, options);
  if (io.signal.aborted) return exitCodes.done;
  const { url } = await daemon.listen(options.httpListenAddr ?? { host: '0.0.0.0', port: defaultPorts[name] });
  await writeText(io.stdout, `${name} listens on ${url}\n`);
  await fired(io.signal);
  return exitCodes.done;
}

function open(io: CliIo, name: DaemonName, options: ServeOptions): Promise<HttpDaemon> {
  const logger = new JsonLogger({ write: (line) => io.stderr.write(line), level: options.logLevel });
  const { shutdownTimeout, insecure } = options;
  const common = { logger, shutdownTimeout, insecure, clock: readClock(io.environment) };
  const database = { db: options.connectionString ?? options.db };
  if (name === 'libindex') {
    const { layerScanConcurrency, allowLayerHost: allowedLayerHosts } = options;
    const dataStore = withLocks(indexDatabase(database, io.environment), options);
    return openLibindexDaemon({ ...common, dataStore, layerScanConcurrency, allowedLayerHosts });
  }
  const { run, initialUpdate, updateInterval, feedMirror, feedSource: feedSources, offline } = options;
  const dataStore = withLocks(advisoryDatabase(database, io.environment), options);
  const { signal } = io;
  return openLibvulnDaemon({ ...common, dataStore, run, initialUpdate, updateInterval, feedMirror, feedSources, offline, signal });
}

type DataStore = ReturnType<typeof indexDatabase>;

function withLocks(dataStore: DataStore, { scanLock, scanLockRetry, maxConnPool }: ServeOptions): DataStore {
  const retry = scanLockRetry === undefined ? {} : { scanLockRetry };
  if (dataStore.dataStore === 'sqlite') {
    if (scanLock === 'postgres-advisory')
      throw new UsageError('USAGE_OPTION', { option: '--scan-lock', value: scanLock, expected: 'lease: the database is a file' });
    return { ...dataStore, ...retry };
  }
  return { ...dataStore, ...retry, ...(scanLock && { scanLock }), ...(maxConnPool !== undefined && { maxConnections: maxConnPool }) };
}

function readDaemonName(text: string): DaemonName {
  const name = daemonNames.find((candidate) => candidate === text);
  if (!name) throw new UsageError('USAGE_OPTION', { daemon: text.slice(0, 160), expected: daemonNames });
  return name;
}

/** A flag for the other daemon is a mistake; its variable may stand in an environment that both share. */
function assertApplicable(command: Command, name: DaemonName): void {
  for (const option of command.options) {
    const owner = optionsOfOne[option.attributeName()];
    if (owner === undefined || owner === name || command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    throw new UsageError('USAGE_OPTION', { option: `--${option.name()}`, daemon: name, expected: `nothing: it is for ${owner}` });
  }
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
