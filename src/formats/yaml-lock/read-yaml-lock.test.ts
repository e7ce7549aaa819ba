import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../core/index.ts';
import { readYamlLock } from './read-yaml-lock.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const read = (text: string): readonly string[] => [...readYamlLock(text)].map(({ path, value }) => `${path.join(' > ')} = ${value ?? '…'}`);

describe('the YAML of lock files', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing', '', []],
    ['a document mark, a directive, comments', '%YAML 1.2\n---\n# x\na: 1 # one\n  # y\n...\n', ['a = 1']],
    ['mappings in mappings', 'a:\n  b:\n    c: 1\n  d: 2\ne: 3\n', ['a = …', 'a > b = …', 'a > b > c = 1', 'a > d = 2', 'e = 3']],
    ['CRLF', 'a:\r\n  b: 1\r\n', ['a = …', 'a > b = 1']],
    ['quoted keys', '"@a/b@npm:^1, c@npm:2":\n  v: 1\n', ['@a/b@npm:^1, c@npm:2 = …', '@a/b@npm:^1, c@npm:2 > v = 1']],
    ['keys with colons inside', '/a@1.0.0(b@npm:2):\n  v: 1\n', ['/a@1.0.0(b@npm:2) = …', '/a@1.0.0(b@npm:2) > v = 1']],
    ['escapes', '"a\\"b\\u0041": "x\\n"\n', ['a"bA = x\n']],
    ['single quotes', "'it''s': 'a # b'\n", ["it's = a # b"]],
    ['an explicit key', '? "a, b"\n:\n  v: 1\n', ['a, b = …', 'a, b > v = 1']],
    ['an explicit key with its value', '? a\n: 1\n', ['a = 1']],
    [
      'flow collections as text',
      'r: {integrity: sha512-x, tarball: y}\ncpu: [x64]\n',
      ['r = {integrity: sha512-x, tarball: y}', 'cpu = [x64]'],
    ],
    ['sequences, which are passed over', 'a:\n  - b: 1\n    c: 2\n  - d\ne:\n- f\ng: 1\n', ['a = …', 'e = …', 'g = 1']],
    ['block scalars, which are passed over', 'a:\n  d: |-\n    x: y\n\n    z\n  e: 1\n', ['a = …', 'a > d = …', 'a > e = 1']],
    ['empty lines', 'a:\n\n  b: 1\n \n  c: 2\n', ['a = …', 'a > b = 1', 'a > c = 2']],
    ['keys of the prototype', '__proto__:\n  constructor: 1\n', ['__proto__ = …', '__proto__ > constructor = 1']],
  ])('%s', (_, text, entries) => {
    expect(read(text)).toEqual(entries);
  });

  it.each([
    ['no mapping', 'hello\n', 1],
    ['a scalar of several lines', 'a: one\n  two\n', 2],
    ['a quote without an end', 'a: "x\n', 1],
    ['an anchor', 'a: &x 1\n', 1],
    ['an alias', 'a: 1\nb: *x\n', 2],
    ['a tag', 'a: !!str 1\n', 1],
    ['a flow mapping for all', '{a: 1}\n', 1],
    ['depth without end', Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 65],
    ['a key without end', `${'a'.repeat(5000)}: 1\n`, 1],
  ])('%s is said to be none, with the line', (_, text, line) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'LOCK_FILE_UNPARSABLE', data: { line } }) as Error);
  });

  it('gives what was written', () => {
    const word = fc.stringMatching(/^[a-z@/][a-z0-9@/.^()_-]{0,12}$/);
    const quoted = fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\u2028\u2029]/g, ''));
    const tree = fc.dictionary(fc.oneof(word, quoted), fc.dictionary(fc.oneof(word, quoted), quoted, { noNullPrototype: true }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(tree, (written) => {
        const text = Object.entries(written)
          .map(
            ([key, members]) =>
              `${JSON.stringify(key)}:\n${Object.entries(members)
                .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}\n`)
                .join('')}`,
          )
          .join('');
        const entries = [...readYamlLock(text)].filter(({ path }) => path.length === 2).map(({ path, value }) => [...path, value]);
        expect(entries).toEqual(
          Object.entries(written).flatMap(([key, members]) => Object.entries(members).map(([name, value]) => [key, name, value])),
        );
      }),
      { numRuns },
    );
  });

  it('ends on any text, with entries or the one error', () => {
    const lines = fc.array(fc.constantFrom('a:', '  b: 1', '- x', '? k', ': v', '"', "'", '  "q": |', '    ', '#', '{', '\0', 'é: ü'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          lines.map((all) => all.join('\n')),
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
    for (const part of ['a: b\n', '"\\""', '  ', '? a\n: b\n', '- x\n', "'"]) {
      try {
        for (const _ of readYamlLock(part.repeat(200_000 / part.length)));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
    expect((process.cpuUsage().user - start) / 1e6).toBeLessThan(2);
  });
});
