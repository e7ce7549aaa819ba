import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { severities } from '../../core/index.ts';
import { enrichers, reportWriters } from '../../defaults/index.ts';
import { commandDefinitions } from '../command-definitions.ts';
import { OptionFactory, variableOf } from './define-option.ts';
import { enrichmentFeeds, reportFormats } from './option-types.ts';
import { parseDuration } from './parse-duration.ts';
import { parseFlag } from './parse-flag.ts';
import { parsePattern } from './parse-pattern.ts';
import { parsePlatform } from './parse-platform.ts';

afterEach(() => vi.unstubAllEnvs());

/** The options of a command, as it would get them. */
function parse(name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  vi.unstubAllEnvs();
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  const definition = commandDefinitions.find(({ usage }) => usage.startsWith(name));
  if (definition === undefined) throw new TypeError(`no command ${name}`);
  const command = new Command(name)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .argument('[operand]');
  for (const option of definition.options(new OptionFactory(environment))) command.addOption(option);
  command.parse([...args], { from: 'user' });
  return command.opts();
}

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['30s', 30_000],
    ['15m', 900_000],
    ['6h', 21_600_000],
    ['2d', 172_800_000],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '6', 'h', '-1h', '1.5h', '6 h', '6H', '1h30m', '999999999d', '1w', '٣h'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('parsePlatform', () => {
  it('reads os, architecture and variant', () => {
    expect(parsePlatform('linux/amd64')).toEqual({ os: 'linux', architecture: 'amd64' });
    expect(parsePlatform('linux/arm/v7')).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
  });

  it.each(['', 'linux', 'linux/', '/amd64', 'linux/arm/v7/x', 'Linux/amd64', 'linux/arm/', 'linux /amd64'])('refuses %j', (text) => {
    expect(parsePlatform(text)).toBeUndefined();
  });
});

describe('parseFlag', () => {
  it.each([
    ['1', true],
    ['TRUE', true],
    ['on', true],
    ['0', false],
    ['', false],
    ['No', false],
    ['maybe', undefined],
  ])('%j is %s', (text, expected) => {
    expect(parseFlag(text)).toBe(expected);
  });
});

describe('parsePattern', () => {
  it.each([
    ['debian-updater', 'debian-updater', true],
    ['debian', 'debian-updater', false],
    ['alpine-*', 'alpine-main-v3.11-updater', true],
    ['*-v3.1?-*', 'alpine-main-v3.11-updater', true],
    ['alpine-main-v3.11-updater', 'alpine-main-v3x11-updater', false],
    ['(a+)+$', 'aaaa', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['a*bc*bcd', 'abcbcd', true],
    ['*ab*ab', 'ab', false],
    ['**', '', true],
  ])('%s on %s', (pattern, name, expected) => {
    expect(parsePattern(pattern).test(name)).toBe(expected);
  });

  it('cannot be made to run for ever', () => {
    const start = performance.now();
    expect(parsePattern('*a*a*a*a*a*b').test('a'.repeat(200))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('where a value comes from', () => {
  it('is the default where nobody says anything', () => {
    expect(parse('scan', [])).toMatchObject({
      format: 'table',
      sort: 'severity',
      logLevel: 'warn',
      maxFeedAge: 21_600_000,
      feedSource: [],
    });
  });

  it('is the variable before the default, and the flag before the variable', () => {
    const environment = { CLAIRCORE_FORMAT: 'json', CLAIRCORE_MAX_FEED_AGE: '1h', CLAIRCORE_FEED_SOURCE: 'debian=tracker,alpine=secdb' };
    expect(parse('scan', [], environment)).toMatchObject({
      format: 'json',
      maxFeedAge: 3_600_000,
      feedSource: [
        { distribution: 'debian', feed: 'tracker' },
        { distribution: 'alpine', feed: 'secdb' },
      ],
    });
    expect(parse('scan', ['--format', 'table', '--feed-source', 'debian=x'], environment)).toMatchObject({
      format: 'table',
      feedSource: [{ distribution: 'debian', feed: 'x' }],
    });
  });

  it.each([
    ['1', true],
    ['0', undefined],
    ['false', undefined],
    ['', undefined],
  ])('is yes or no for a flag (%j)', (value, expected) => {
    expect(parse('scan', [], { CLAIRCORE_OFFLINE: value })['offline']).toBe(expected);
  });

  it('is nothing where the variable is empty', () => {
    expect(parse('scan', [], { CLAIRCORE_DB: '', CLAIRCORE_FORMAT: '' })).toMatchObject({ format: 'table' });
    expect(parse('scan', [], { CLAIRCORE_DB: '' })).not.toHaveProperty('db');
  });

  it('may be a variable for every option of every command, but for the one form of an index report', () => {
    const without: string[] = [];
    for (const definition of commandDefinitions) {
      const { usage } = definition;
      for (const option of definition.options(new OptionFactory({}))) {
        const variable = variableOf(option);
        const [name = ''] = usage.split(' ');
        const value = option.isBoolean() ? '1' : 'no value of any option';
        const read = (): unknown => parse(name, [], { [variable]: value })[option.attributeName()];
        if (option.isBoolean()) expect({ variable, value: read() }).toEqual({ variable, value: true });
        else if (
          ['db', 'output', 'stats', 'only', 'feedMirror', 'indexDb', 'connectionString', 'registryCa', 'run'].includes(
            option.attributeName(),
          )
        )
          expect({ variable, value: String(read()) }).toEqual({ variable, value: expect.stringContaining('value') as string });
        else if (usage.startsWith('index') && variable === 'CLAIRCORE_FORMAT') without.push(variable);
        else expect(read).toThrow(variable);
      }
    }
    expect(without).toEqual(['CLAIRCORE_FORMAT']);
  });
});

describe('a value that an option cannot take', () => {
  it.each([
    ['--format', 'xml'],
    ['--fail-on', 'unknown'],
    ['--unknown-as', 'Unknown'],
    ['--max-feed-age', 'soon'],
    ['--platform', 'amd64'],
    ['--sort', 'cve'],
    ['--log-level', 'trace'],
    ['--feed-source', 'debian'],
    ['--db', ''],
  ])('%s %j', (option, value) => {
    expect(() => parse('scan', [option, value])).toThrow(expect.objectContaining({ code: 'commander.invalidArgument' }));
  });

  it('is told of a variable as well', () => {
    expect(() => parse('scan', [], { CLAIRCORE_SORT: 'cve' })).toThrow(/CLAIRCORE_SORT/);
  });

  it('of a flag is told with its variable', () => {
    expect(() => parse('scan', [], { CLAIRCORE_OFFLINE: 'maybe' })).toThrow(
      expect.objectContaining({ code: 'USAGE_OPTION', data: { variable: 'CLAIRCORE_OFFLINE', value: 'maybe', expected: '1 or 0' } }),
    );
  });
});

describe('the words of options', () => {
  it('are those of the rest', () => {
    expect([...reportFormats].sort()).toEqual(reportWriters.map(({ id }) => id));
    expect(enrichmentFeeds).toEqual(enrichers.filter(({ namespace }) => namespace !== undefined).map(({ id }) => id));
    for (const severity of severities.filter((word) => word !== 'Unknown')) {
      expect(parse('scan', ['--fail-on', severity.toLowerCase(), '--unknown-as', severity])).toMatchObject({
        failOn: severity,
        unknownAs: severity,
      });
    }
  });
});
