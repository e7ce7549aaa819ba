import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpeAttributes, isCpeSuperset, isProductSuperset, parseCpe, toCpeUri, toFormattedString, type Cpe } from './index.ts';
import { toCpe } from './to-cpe.ts';

function cpe(text: string): Cpe {
  const parsed = parseCpe(text);
  if (!parsed) throw new TypeError(`no CPE: ${text}`);
  return parsed;
}

const character = fc.oneof(
  fc.constantFrom(...Array.from('abz019._-')),
  fc.constantFrom(...Array.from('!"#$%&\'()*+,/:;<=>?@[\\]^`{|}~')).map((text) => `\\${text}`),
);
const literal = fc.array(character, { minLength: 1, maxLength: 5 }).map((characters) => characters.join(''));
const lead = fc.constantFrom('', '', '*', '?', '??');
const wild = fc.tuple(lead, literal, lead).map((parts) => parts.join(''));
const value = fc.oneof(fc.constantFrom('*', '-'), literal, wild).map((text) => (text === '-' ? '-' : text));
const names = fc
  .tuple(
    fc.constantFrom('a', 'o', 'h', '*', '-'),
    fc.array(value, { minLength: cpeAttributes.length - 1, maxLength: cpeAttributes.length - 1 }),
  )
  .map(([part, values]) => toCpe([part, ...values]))
  .filter((name): name is Cpe => name !== undefined);

describe('parseCpe', () => {
  it.each([
    ['cpe:/o:redhat:enterprise_linux:8::baseos', 'cpe:2.3:o:redhat:enterprise_linux:8:*:baseos:*:*:*:*:*'],
    ['cpe:/a:redhat:rhel_satellite_client:6::el6', 'cpe:2.3:a:redhat:rhel_satellite_client:6:*:el6:*:*:*:*:*'],
    ['cpe:/o:redhat:enterprise_linux:7', 'cpe:2.3:o:redhat:enterprise_linux:7:*:*:*:*:*:*:*'],
    ['CPE:/O:RedHat:Enterprise_Linux:8', 'cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:*'],
    ['cpe:/a:microsoft:internet_explorer:8.0.6001:beta', 'cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*'],
    ['cpe:/a:microsoft:internet_explorer:8.%2a:sp%3f', 'cpe:2.3:a:microsoft:internet_explorer:8.\\*:sp\\?:*:*:*:*:*:*'],
    ['cpe:/a:microsoft:internet_explorer:8.%02:sp%01', 'cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*'],
    [
      'cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~',
      'cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*',
    ],
    ['cpe:/a:foo%5cbar:big%24money:2010:-', 'cpe:2.3:a:foo\\\\bar:big\\$money:2010:-:*:*:*:*:*:*'],
    ['cpe:/a:redhat:jboss_data_grid:7.*', 'cpe:2.3:a:redhat:jboss_data_grid:7.*:*:*:*:*:*:*:*'],
    ['cpe:/a:v:p:%2d', 'cpe:2.3:a:v:p:\\-:*:*:*:*:*:*:*'],
    ['cpe:2.3:a:v:p\\-q\\.r:1:*:*:*:*:*:*:*', 'cpe:2.3:a:v:p-q.r:1:*:*:*:*:*:*:*'],
  ])('%s is %s', (text, formatted) => {
    expect(toFormattedString(cpe(text))).toBe(formatted);
    expect(cpe(toCpeUri(cpe(text)))).toEqual(cpe(text));
  });

  it.each([
    '',
    'cpe:',
    'cpe:/x:vendor',
    'cpe:/a:b:c:d:e:f:g:h',
    'cpe:/a:b c',
    'cpe:/a:b%zz',
    'cpe:/a:b%00',
    'cpe:/a:1*2',
    'cpe:/a:b:c:1::~a~b',
    'cpe:2.3:a:b:c',
    'cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:c:1::*:*:*:*:*:*',
    'cpe:2.3:a:b:c:**:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:c:?*1:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:c:a$b:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:c:1\\:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:ü:1:*:*:*:*:*:*:*',
    `cpe:/a:${'x'.repeat(5000)}`,
  ])('%j is no name', (text) => {
    expect(parseCpe(text)).toBeUndefined();
  });

  it('reads back what was bound, in both forms', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(parseCpe(toFormattedString(name))).toEqual(name);
        expect(parseCpe(toCpeUri(name))).toEqual(name);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string().map((text) => `cpe:/${text}`),
        (text) => {
          expect(() => parseCpe(text)).not.toThrow();
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('a:*?\\-.')) }).map((text) => `cpe:2.3:${text}`),
        (text) => {
          expect(() => parseCpe(text)).not.toThrow();
        },
      ),
    );
  });
});

function hasWildcard(name: Cpe): boolean {
  return cpeAttributes.some((attribute) => name[attribute] !== '*' && /(?:^|[^\\])[*?]/.test(name[attribute]));
}

const version = (text: string): Cpe => cpe(`cpe:2.3:a:v:p:${text}:*:*:*:*:*:*:*`);

describe('isCpeSuperset', () => {
  it.each([
    ['*', '1', true],
    ['*', '-', true],
    ['-', '-', true],
    ['-', '1', false],
    ['1', '-', false],
    ['1', '*', false],
    ['-', '*', false],
    ['1', '1', true],
    ['1', '2', false],
    ['1.*', '1.5', true],
    ['1.*', '1.', true],
    ['1.*', '10', false],
    ['*5', '1.5', true],
    ['*\\.5*', '1.5.2', true],
    ['1.?', '1.5', true],
    ['1.?', '1.', true],
    ['1.?', '1.55', false],
    ['1.??', '1.55', true],
    ['?1', '11', true],
    ['?1', '221', false],
    ['??', 'ab', true],
    ['??', 'abc', false],
    // a quoted wildcard is a character like others, and its backslash is none
    ['1\\*', '1\\*', true],
    ['1\\*', '12', false],
    ['1?', '1\\*', true],
    ['1?', '1\\*\\*', false],
    ['\\?1', '\\?1', true],
    ['\\?1', '21', false],
    // wildcards on the other side stand for what is not known
    ['1.*', '1.*', true],
    ['1*', '1.*', false],
    ['*', '1.*', true],
    ['1.*', '*', false],
  ])('version %j over %j: %s', (source, target, expected) => {
    expect(isCpeSuperset(version(source), version(target))).toBe(expected);
  });

  it('asks every attribute', () => {
    const release = cpe('cpe:/o:redhat:enterprise_linux:8');
    expect(isCpeSuperset(release, cpe('cpe:/o:redhat:enterprise_linux:8::baseos'))).toBe(true);
    expect(isCpeSuperset(cpe('cpe:/o:redhat:enterprise_linux:8::baseos'), release)).toBe(false);
    expect(isCpeSuperset(release, cpe('cpe:/a:redhat:enterprise_linux:8::appstream'))).toBe(false);
    expect(isCpeSuperset(release, cpe('cpe:/o:redhat:enterprise_linux:9::baseos'))).toBe(false);
  });

  it('is reflexive, and antisymmetric', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(isCpeSuperset(name, name)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(names, names, (a, b) => {
        if (isCpeSuperset(a, b) && isCpeSuperset(b, a) && !hasWildcard(a) && !hasWildcard(b)) expect(a).toEqual(b);
      }),
    );
  });

  it('is transitive', () => {
    const close = fc.constantFrom('*', '-', '1', '1.2', '1.*', '1.?', '*2', '?', '1\\*', '1.2.3').map(version);
    fc.assert(
      fc.property(close, close, close, (a, b, c) => {
        expect(!isCpeSuperset(a, b) || !isCpeSuperset(b, c) || isCpeSuperset(a, c)).toBe(true);
        const isPlain = ![a, b, c].some(hasWildcard);
        expect(!isPlain || !isProductSuperset(a, b) || !isProductSuperset(b, c) || isProductSuperset(a, c)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isProductSuperset', () => {
  it.each([
    ['cpe:/a:redhat:openshift:4', 'cpe:/a:redhat:openshift:4.13::el8', true],
    ['cpe:/a:redhat:openshift:4.1', 'cpe:/a:redhat:openshift:4.13::el8', false],
    ['cpe:/a:redhat:openshift:4.1', 'cpe:/a:redhat:openshift:4.1::el7', true],
    ['cpe:/a:redhat:openshift:4.1', 'cpe:/a:redhat:openshift:4.1.2::el7', true],
    ['cpe:/a:redhat:openshift:4.13', 'cpe:/a:redhat:openshift:4.1::el7', false],
    ['cpe:/a:redhat:openshift:4::el9', 'cpe:/a:redhat:openshift:4.13::el8', false],
    ['cpe:/o:redhat:enterprise_linux:8', 'cpe:/o:redhat:enterprise_linux:8::baseos', true],
    ['cpe:/o:redhat:enterprise_linux', 'cpe:/o:redhat:enterprise_linux:8::baseos', true],
    ['cpe:/o:redhat:enterprise_linux:8::baseos', 'cpe:/o:redhat:enterprise_linux:8::baseos', true],
    ['cpe:/o:redhat:enterprise_linux:8::baseos', 'cpe:/o:redhat:enterprise_linux:8', false],
    ['cpe:/a:redhat:openshift:-', 'cpe:/a:redhat:openshift:-.1', false],
  ])('%s over %s: %s', (source, target, expected) => {
    expect(isProductSuperset(cpe(source), cpe(target))).toBe(expected);
  });
});
