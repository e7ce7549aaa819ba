import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

const plain = (header: string | undefined): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull,push"',
      [['bearer', { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/alpine:pull,push' }]],
    ],
    ['Bearer realm=abc , Service = "d e"', [['bearer', { realm: 'abc', service: 'd e' }]]],
    // Several in one line, as joined headers are: RFC 9110 §11.6.1 has this one.
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        ['basic', { realm: 'simple' }],
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ],
    ],
    [
      'Negotiate, Bearer realm="x"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate YWJj/+==, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Bearer realm="Basic realm=\\"evil\\", Basic", service="s"', [['bearer', { realm: 'Basic realm="evil", Basic', service: 's' }]]],
    ['Bearer realm="first", realm="second"', [['bearer', { realm: 'first' }]]],
    ['Bearer __proto__="x"', [['bearer', Object.fromEntries([['__proto__', 'x']])]]],
    [
      'Bearer realm="never closed',
      [
        ['bearer', {}],
        ['realm', {}],
      ],
    ],
    ['=,"', []],
  ])('reads %j', (header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  it('reads back what is written, whatever stands in quotes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '=', '"', '\\') }), { minLength: 1, maxLength: 3 }),
        (values) => {
          const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
          const header = values.map((value, at) => `S${at} realm=${quote(value)}, x="y"`).join(', ');
          expect(plain(header)).toEqual(values.map((value, at) => [`s${at}`, { realm: value, x: 'y' }]));
        },
      ),
    );
  });

  it('is quick with what is hostile', () => {
    for (const text of ['a'.repeat(1e6), '"'.repeat(1e6), 'a="\\'.repeat(2e5), 'a=,'.repeat(3e5), 'a '.repeat(5e5)]) {
      const begun = performance.now();
      parseChallenges(`Bearer ${text}`);
      expect(performance.now() - begun).toBeLessThan(500);
    }
  });
});
