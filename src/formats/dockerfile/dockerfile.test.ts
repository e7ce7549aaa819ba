import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLabels } from './index.ts';

const labelsOf = (text: string): Record<string, string> => Object.fromEntries(readLabels(text));

describe('labels of a Dockerfile', () => {
  it.each<[string, string, Record<string, string>]>([
    ['one', 'LABEL a=b', { a: 'b' }],
    [
      'several, quoted',
      'LABEL "com.redhat.component"="ubi8-container" name=\'ubi8\' "version"="8.6"',
      { 'com.redhat.component': 'ubi8-container', name: 'ubi8', version: '8.6' },
    ],
    ['the old form', 'LABEL name a b  c', { name: 'a b c' }],
    ['in lower case', 'label a=b', { a: 'b' }],
    ['over lines', 'LABEL a=b \\\n  # a comment\n\n  c=d\nRUN x', { a: 'b', c: 'd' }],
    ['over lines of Windows', 'LABEL a=b \\\r\n  c=d\r\n', { a: 'b', c: 'd' }],
    ['with another escape', '# escape=`\nLABEL a=b `\n c="d\\e"', { a: 'b', c: 'd\\e' }],
    ['with quotes in it', 'LABEL a="say \\"hi\\"" b=c\\ d', { a: 'say "hi"', b: 'c d' }],
    ['with a backslash that is plain', 'LABEL a="b\\c"', { a: 'b\\c' }],
    ['with =', 'LABEL a=b=c', { a: 'b=c' }],
    ['empty', 'LABEL a="" b=', { a: '', b: '' }],
    ['the later one', 'LABEL a=b\nLABEL a=c', { a: 'c' }],
    ['of the last stage', 'FROM x AS y\nLABEL a=b\nFROM z\nLABEL c=d', { c: 'd' }],
    [
      'of variables',
      'ARG V=1.2\nENV R=3 N v\nLABEL version=$V "release"="${R}" both=${V}-${R}',
      { version: '1.2', release: '3', both: '1.2-3' },
    ],
    ['of the old form of ENV', 'ENV NAME a b\nLABEL name=$NAME', { name: 'a b' }],
    [
      'of variables with a word instead',
      'ENV A=1\nLABEL a=${A:-x} b=${B:-y} c=${A:+z} d=${B:+z} e=$B',
      { a: '1', b: 'y', c: 'z', d: '', e: '' },
    ],
    ['of variables that are quoted', 'ENV A=1\nLABEL a=\'$A\' b=\\$A c="$A"', { a: '$A', b: '$A', c: '1' }],
    ['beside a here-document', 'RUN cat <<EOF > x\nLABEL no=no\nEOF\nLABEL a=b', { a: 'b' }],
    ['none', 'FROM scratch\nCOPY a b', {}],
    ['none in what is no Dockerfile', '\u0000\u0001 ELF LABEL', {}],
  ])('%s', (_, text, expected) => {
    expect(labelsOf(text)).toEqual(expected);
  });

  it('keep names that objects have of their own', () => {
    expect([...readLabels('LABEL __proto__=a constructor=b')]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('come back as they were written, whatever is in them', () => {
    const quoted = (text: string): string => `"${text.replaceAll(/["\\$]/g, '\\$&')}"`;
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', "'", '\\', '$', '=', '{', '}', '#', '`'), minLength: 1 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z.]{1,8}$/), text), { selector: ([name]) => name, minLength: 1 }),
        (labels) => {
          // A name is quoted too: what is not begins with a letter here.
          const line = labels.map(([name, value]) => `${name}=${quoted(value)}`).join(' ');
          expect([...readLabels(`LABEL ${line}`)]).toEqual(labels);
        },
      ),
    );
  });

  it('that would grow without end are cut', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => `ENV A${index + 1}=$A${index}$A${index}`).join('\n');
    expect(readLabels(`ENV A0=xxxxxxxx\n${doubling}\nLABEL a=$A60 b=${'$A60'.repeat(1000)}`).get('a')?.length).toBeLessThanOrEqual(65_536);
  });
});
