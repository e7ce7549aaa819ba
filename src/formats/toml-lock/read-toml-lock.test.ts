import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../core/index.ts';
import { readTomlLock } from './read-toml-lock.ts';
import type { TomlValue } from './toml-value.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

function plain(value: TomlValue): unknown {
  switch (value.kind) {
    case 'array':
      return value.items.map(plain);
    case 'table':
      return [...value.values].map(([key, each]) => [key, plain(each)]);
    case 'literal':
      return `<${value.text}>`;
    case 'string':
      return value.text;
  }
}

const read = (text: string): readonly unknown[] =>
  [...readTomlLock(text)].map(({ name, isElement, values }) => [
    isElement ? `[[${name}]]` : name,
    [...values].map(([key, value]) => [key, plain(value)]),
  ]);

describe('the TOML of lock files', () => {
  it.each<readonly [string, string, readonly unknown[]]>([
    ['nothing', '# a comment\n\n', []],
    ['what stands before all tables', 'version = 3\n', [['', [['version', '<3>']]]]],
    [
      'an array of tables, one by one',
      '[[package]]\nname = "a"\n\n[[package]]\nname = "b" # c\n',
      [
        ['[[package]]', [['name', 'a']]],
        ['[[package]]', [['name', 'b']]],
      ],
    ],
    ['a table of a table', '[package.source]\ntype = "git"\n', [['package.source', [['type', 'git']]]]],
    ['quoted keys and dots', '["a b".\'c\']\n"x".y = 1\n', [['a b.c', [['x.y', '<1>']]]]],
    ['a table without values', '[metadata.files]\n', [['metadata.files', []]]],
    [
      'CRLF',
      'a = "1"\r\nb = 2\r\n',
      [
        [
          '',
          [
            ['a', '1'],
            ['b', '<2>'],
          ],
        ],
      ],
    ],
    ['escapes', 'a = "x\\"\\\\\\u0041\\U0001F600\\n"\n', [['', [['a', 'x"\\A😀\n']]]]],
    ['literal strings', "a = 'C:\\x'\n", [['', [['a', 'C:\\x']]]]],
    [
      'strings of several lines',
      'a = """\nx = "1"\n\\"""\\\n"""\nb = \'\'\'\n[[c]]\n\'\'\'\n',
      [
        [
          '',
          [
            ['a', '\nx = "1"\n"""\n'],
            ['b', '\n[[c]]\n'],
          ],
        ],
      ],
    ],
    [
      'arrays over lines',
      'a = [\n  "x", # one\n  { b = "y", c = ["z"] },\n]\nd = []\n',
      [
        [
          '',
          [
            [
              'a',
              [
                'x',
                [
                  ['b', 'y'],
                  ['c', ['z']],
                ],
              ],
            ],
            ['d', []],
          ],
        ],
      ],
    ],
    [
      'numbers, dates, truth',
      'a = -1.5e3\nb = 2024-01-02T03:04:05.6Z\nc = true\nd = 2024-01-02 03:04:05\n',
      [
        [
          '',
          [
            ['a', '<-1.5e3>'],
            ['b', '<2024-01-02T03:04:05.6Z>'],
            ['c', '<true>'],
            ['d', '<2024-01-02 03:04:05>'],
          ],
        ],
      ],
    ],
    ['keys of the prototype', '[__proto__]\nconstructor = "x"\n', [['__proto__', [['constructor', 'x']]]]],
    ['the last value of a key', 'a = 1\na = 2\n', [['', [['a', '<2>']]]]],
  ])('%s', (_, text, tables) => {
    expect(read(text)).toEqual(tables);
  });

  it.each([
    ['no TOML', '\nhello\n', 2],
    ['a string without an end', 'a = "x\n', 1],
    ['a long string without an end', 'a = """x', 1],
    ['an unknown escape', 'a = "\\q"\n', 1],
    ['a letter that is none', 'a = "\\UFFFFFFFF"\n', 1],
    ['two values', 'a = 1 2 3\n', 1],
    ['a header without an end', '[[a]\n', 1],
    ['no value', 'a =\n', 1],
    ['depth without end', `a = ${'['.repeat(10_000)}`, 1],
    ['tables in tables without end', `a = ${'{b='.repeat(10_000)}`, 1],
    ['a key of parts without end', `${'a.'.repeat(10_000)}a = 1`, 1],
  ])('%s is said to be none, with the line', (_, text, line) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'LOCK_FILE_UNPARSABLE', data: { line } }) as Error);
  });

  it('keeps ten thousand values of a table, and the tables behind it', () => {
    const text = `[[a]]\nx = 1\ny = [${'[{}],'.repeat(20_000)}]\nz = 1\n[[b]]\nx = 1\n`;
    expect([...readTomlLock(text)].map(({ name, values }) => [name, [...values.keys()]])).toEqual([
      ['a', ['x']],
      ['b', ['x']],
    ]);
  });

  it('gives the strings that were written', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    // JSON writes strings as TOML does, but for DEL, which TOML wants escaped and we take as it is.
    const tables = fc.array(fc.dictionary(key, fc.string(), { noNullPrototype: true, minKeys: 1 }));
    fc.assert(
      fc.property(tables, (written) => {
        const text = written
          .map(
            (table) =>
              `[[t]]\n${Object.entries(table)
                .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
                .join('')}`,
          )
          .join('\n');
        expect(read(text)).toEqual(written.map((table) => ['[[t]]', Object.entries(table)]));
      }),
      { numRuns },
    );
  });

  it('ends on any text, with tables or the one error', () => {
    const pieces = fc.array(fc.constantFrom('a', ' = ', '"', '"""', "'", '[', ']', '[[', '{', '}', ',', '\n', '\\', '#', '1', '.', '\0'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((all) => all.join('')),
        ),
        (text) => {
          try {
            read(text);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
      { numRuns },
    );
  });

  it('takes time in proportion', () => {
    const start = process.cpuUsage().user;
    for (const part of ['a = 1\n', '[[a]]\n', ' ', '#\n', 'a = [', 'a = "\\"', '"']) {
      try {
        for (const _ of readTomlLock(part.repeat(200_000 / part.length)));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
    expect((process.cpuUsage().user - start) / 1e6).toBeLessThan(2);
  });
});
