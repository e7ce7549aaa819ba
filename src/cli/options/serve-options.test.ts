import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseListenAddress, serviceLogLevels as levelsOfLogger } from '../../services/index.ts';
import { OptionFactory } from './define-option.ts';
import { parseGoDuration } from './parse-go-duration.ts';
import { serveOptions, serviceLogLevels } from './serve-options.ts';

afterEach(() => vi.unstubAllEnvs());

function parse(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  vi.unstubAllEnvs();
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of serveOptions(new OptionFactory(environment))) command.addOption(option);
  command.parse([...args], { from: 'user' });
  return command.opts();
}

describe('parseGoDuration', () => {
  it.each([
    ['5', 5_000],
    ['0', 0],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['1m30s', 90_000],
    ['2h45m', 9_900_000],
    ['1000us', 1],
    ['1000µs', 1],
    ['1h0.5s', 3_600_500],
  ])('%s', (text, expected) => {
    expect(parseGoDuration(text)).toBe(expected);
  });

  it.each(['', 's', '-1s', '1.s', '.5s', '1d', '5 s', '1e3', '5S', '1s2', `${'9'.repeat(12)}s`])('refuses %j', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
});

describe('parseListenAddress', () => {
  it.each([
    ['0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
    [':8080', { host: '0.0.0.0', port: 8080 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
  ])('%s', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });

  it.each(['', '8080', 'x', 'x:', 'x:y', ':65536', '::1:80', '[::1]', '[zz]:80', '[:::]:80', 'a b:80', 'http://x:80', 'x:-1'])(
    'refuses %j',
    (text) => {
      expect(parseListenAddress(text)).toBeUndefined();
    },
  );
});

describe('options of the daemons', () => {
  it('have the defaults that are documented', () => {
    expect(parse([])).toEqual({
      allowLayerHost: [],
      feedSource: [],
      initialUpdate: 'background',
      updateInterval: 6 * 3_600_000,
      shutdownTimeout: 10_000,
      logLevel: 'info',
    });
  });

  it('are read from the variables of v0.0.7', () => {
    const environment = {
      HTTP_LISTEN_ADDR: '127.0.0.1:9',
      CONNECTION_STRING: 'postgres://x',
      SCAN_LOCK_RETRY: '7',
      LAYER_SCAN_CONCURRENCY: '3',
      LOG_LEVEL: 'panic',
      MAX_CONN_POOL: '11',
      RUN: 'ubuntu.*',
    };
    expect(parse([], environment)).toMatchObject({
      httpListenAddr: { host: '127.0.0.1', port: 9 },
      connectionString: 'postgres://x',
      scanLockRetry: 7_000,
      layerScanConcurrency: 3,
      logLevel: 'panic',
      maxConnPool: 11,
      run: /ubuntu.*/,
    });
  });

  it('are a flag before a variable with the prefix, and that before one without', () => {
    const seed = { LAYER_SCAN_CONCURRENCY: '1' };
    const both = { ...seed, CLAIRCORE_LAYER_SCAN_CONCURRENCY: '2' };
    expect(parse([], seed)).toMatchObject({ layerScanConcurrency: 1 });
    expect(parse([], both)).toMatchObject({ layerScanConcurrency: 2 });
    expect(parse([], { ...seed, CLAIRCORE_LAYER_SCAN_CONCURRENCY: '' })).toMatchObject({ layerScanConcurrency: 1 });
    expect(parse(['--layer-scan-concurrency', '3'], both)).toMatchObject({ layerScanConcurrency: 3 });
    expect(parse([], { LAYER_SCAN_CONCURRENCY: '' })).not.toHaveProperty('layerScanConcurrency');
  });

  it('take no other variable without the prefix', () => {
    expect(parse([], { DB: 'x', INSECURE: '1', UPDATE_INTERVAL: '1h' })).toEqual(parse([]));
  });

  it.each([
    ['HTTP_LISTEN_ADDR', '8080'],
    ['SCAN_LOCK_RETRY', '0'],
    ['SCAN_LOCK_RETRY', '-1'],
    ['SCAN_LOCK_RETRY', '1h'],
    ['LAYER_SCAN_CONCURRENCY', '0'],
    ['LAYER_SCAN_CONCURRENCY', '1.5'],
    ['LAYER_SCAN_CONCURRENCY', '1025'],
    ['LOG_LEVEL', 'trace'],
    ['MAX_CONN_POOL', 'many'],
    ['MAX_CONN_POOL', '10001'],
    ['RUN', '('],
    ['CLAIRCORE_UPDATE_INTERVAL', '59s'],
    ['CLAIRCORE_UPDATE_INTERVAL', '25d'],
    ['CLAIRCORE_INITIAL_UPDATE', 'later'],
    ['CLAIRCORE_SHUTDOWN_TIMEOUT', '2h'],
    ['CLAIRCORE_ALLOW_LAYER_HOST', 'https://x/'],
    ['CLAIRCORE_SCAN_LOCK', 'none'],
  ])('do not take %s=%s', (variable, value) => {
    expect(() => parse([], { [variable]: value })).toThrow(variable);
  });

  it('know the levels that the logger knows', () => {
    expect(serviceLogLevels).toEqual(levelsOfLogger);
  });

  it('take several hosts', () => {
    expect(parse([], { CLAIRCORE_ALLOW_LAYER_HOST: 'a,b:80, [::1]:5000' })).toMatchObject({ allowLayerHost: ['a', 'b:80', '[::1]:5000'] });
  });
});
