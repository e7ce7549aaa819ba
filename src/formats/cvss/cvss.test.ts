import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { array, assert, constantFrom, integer, oneof, option, property, string, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSeverity } from '../../core/index.ts';
import { cvssMetrics, cvssVersions, type CvssVersion } from './metrics.ts';
import {
  baseScoreOfCvss,
  chooseVector,
  parseCvss,
  printCvss,
  rateVector,
  scoreOfCvss,
  severityOfScore,
  severityOfVector,
} from './index.ts';

const shared = fileURLToPath(new URL('../../../../shared/conformance/cvss/', import.meta.url));

/** Lines without their comments; what stood in the comment beside. */
function linesOf(list: string): readonly { readonly text: string; readonly comment: string }[] {
  return readFileSync(`${shared}${list}`, 'utf8')
    .split('\n')
    .map((line) => ({ text: line.replace(/#.*$/, '').trim(), comment: /#(.*)$/.exec(line)?.[1] ?? '' }))
    .filter(({ text }) => text !== '');
}

const score = (text: string): number | undefined => rateVector(text)?.score;

describe.skipIf(!existsSync(shared))('the shared lists (skipped where ../shared is absent)', () => {
  it.each(['v2_score.list', 'v31_score.list', 'v4_score.list'])('%s: exact scores', (list) => {
    const lines = linesOf(list).map(({ text }) => text.split(/\s+/));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.map(([vector = '']) => [vector, score(vector)])).toEqual(lines.map(([vector, wanted]) => [vector, Number(wanted)]));
  });

  it.each(['v2_roundtrip.list', 'v3_roundtrip.list'])('%s: what is printed is what was read', (list) => {
    for (const { text } of linesOf(list)) {
      const parsed = parseCvss(text);
      expect(parsed.ok && printCvss(parsed.value)).toBe(text);
    }
  });

  it.each(['v2_error.list', 'v3_error.list'])('%s: only the lines marked OK are vectors', (list) => {
    for (const { text, comment } of linesOf(list)) expect({ text, ok: parseCvss(text).ok }).toEqual({ text, ok: comment === 'OK' });
  });
});

describe('vectors that are none', () => {
  const base4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N';
  it.each([
    ['of another version', 'CVSS:3.2/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N', 'unknown metric'],
    ['v4 without a prefix', base4.slice('CVSS:4.0/'.length), 'unknown metric'],
    ['v4 out of order', 'CVSS:4.0/AC:L/AV:N/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N', 'AV out of order'],
    ['v4, threat before the base is whole', `${base4.replace('/SA:N', '')}/E:A/SA:N`, 'SA out of order'],
    ['v4, a metric twice', `${base4}/SA:N`, 'SA twice'],
    ['v4, a value of the modified metric in the base', base4.replace('SI:N', 'SI:S'), 'unknown value of SI'],
    ['v4, two letters', base4.replace('VC:L', 'VC:LN'), 'unknown value of VC'],
    ['v4, a value that is none', base4.replace('SA:N', 'SA:\u{1f6ae}'), 'unknown value of SA'],
    ['v4, a metric missing', base4.replace('/SA:N', ''), 'no SA'],
    ['slashes', 'CVSS:4.0///////////////////////////////////////', 'unknown metric'],
    ['no metric but a value', base4.replace('AV:N', ':N'), 'unknown metric'],
    ['no value', base4.replace('AV:N', 'AV:'), 'unknown value of AV'],
    ['in brackets, as older feeds write v2', '(AV:N/AC:L/Au:N/C:N/I:N/A:C)', 'unknown metric'],
    ['a key of every object', 'CVSS:3.1/__proto__:N', 'unknown metric'],
    ['a score', '7.5', 'unknown metric'],
    ['nothing', '', 'unknown metric'],
    ['without end', `CVSS:3.1/${'AV:N/'.repeat(1_000_000)}`, 'too long'],
  ])('%s', (_name, text, reason) => {
    expect(parseCvss(text)).toEqual({ ok: false, reason });
    expect([score(text), severityOfVector(text)]).toEqual([undefined, undefined]);
  });
});

describe('scores', () => {
  // FIRST's example of v3.1 (specification, 7.1 and 7.4) and values of Red Hat's `cvss` 3.3, which computes with decimals.
  it.each([
    ['CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H', 9.3],
    ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
    // The rounding of 3.1 is not that of 3.0, and neither is the modified impact where the scope changes.
    ['CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:C/C:H/I:L/A:H/RL:O/RC:U/IR:L/AR:H/MAV:L/MS:X/MI:X', 7.1],
    ['CVSS:3.1/AV:A/AC:H/PR:N/UI:N/S:C/C:H/I:L/A:H/RL:O/RC:U/IR:L/AR:H/MAV:L/MS:X/MI:X', 7.2],
    ['AV:A/AC:M/Au:M/C:C/I:N/A:C/E:ND/RL:ND/RC:ND/CDP:N/TD:H/CR:H/IR:ND/AR:M', 7.0],
  ])('%s is %d', (text, wanted) => {
    expect(score(text)).toBe(wanted);
  });

  it('the base score leaves temporal, threat and environmental metrics away', () => {
    const base = (text: string): number | undefined => {
      const parsed = parseCvss(text);
      return parsed.ok ? baseScoreOfCvss(parsed.value) : undefined;
    };
    expect(base('CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:N/E:F/RL:X')).toBe(3.8);
    expect(base('AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C')).toBe(7.8);
    expect(base('CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U')).toBe(7.7);
  });
});

describe('severities', () => {
  it.each([
    ['3.1', 0, 'Negligible'],
    ['3.1', 0.1, 'Low'],
    ['3.1', 3.9, 'Low'],
    ['3.1', 4, 'Medium'],
    ['3.1', 6.9, 'Medium'],
    ['3.1', 7, 'High'],
    ['3.1', 8.9, 'High'],
    ['3.1', 9, 'Critical'],
    ['4.0', 0, 'Negligible'],
    ['4.0', 10, 'Critical'],
    ['2.0', 0, 'Low'],
    ['2.0', 3.9, 'Low'],
    ['2.0', 6.9, 'Medium'],
    ['2.0', 7, 'High'],
    ['2.0', 10, 'High'],
  ] as const)('of %s, %d is %s', (version, value, wanted) => {
    expect(severityOfScore(version, value)).toBe(wanted);
  });
});

const v2 = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';
const v30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const v31 = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
const v31Worse = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const v4 = 'CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N';

describe('the vector that speaks for a record', () => {
  it.each([
    ['v4 before a worse v3.1', [v2, v30, v31Worse, v4], v4],
    ['v3.1 before a worse v3.0', [v2, v30, v31], v31],
    ['v3.0 before v2', [v2, v30], v30],
    ['the worse of one version', [v31, v31Worse], v31Worse],
    ['nothing that is no vector', ['CVSS:4.0/AV:N', '9.8', v2], v2],
    ['none', ['', 'high'], undefined],
  ])('%s', (_name, texts, wanted) => {
    expect(chooseVector(texts)).toBe(wanted);
  });
});

const versions = constantFrom(...cvssVersions);

/** A valid vector of the version: the base, and of v2 whole groups, of the others any further metric. */
function vectorsOf(version: CvssVersion): Arbitrary<string> {
  const metricsOf = (...groups: readonly string[]): readonly Arbitrary<string>[] =>
    cvssMetrics[version]
      .filter(({ group }) => groups.includes(group))
      .map(({ name, values }) => constantFrom(...values).map((value) => `${name}:${value}`));
  const further =
    version === '2.0'
      ? tuple(option(tuple(...metricsOf('temporal'))), option(tuple(...metricsOf('environmental'))))
      : tuple(...metricsOf('temporal', 'environmental', 'supplemental').map((metric) => option(metric)));
  const prefix = version === '2.0' ? '' : `CVSS:${version}/`;
  return tuple(tuple(...metricsOf('base')), further).map(([base, more]) => {
    const present = more.flat().filter((part) => part !== null);
    return prefix + [...base, ...present].join('/');
  });
}

describe('of any vector', () => {
  const anyVector = versions.chain(vectorsOf);

  it('what is printed is what was read, and the score is a number of tenths from 0 to 10', () => {
    assert(
      property(anyVector, (text) => {
        const parsed = parseCvss(text);
        if (!parsed.ok) throw new Error(parsed.reason);
        expect(printCvss(parsed.value)).toBe(text);
        const scores = { score: scoreOfCvss(parsed.value), baseScore: baseScoreOfCvss(parsed.value) };
        expect(rateVector(text)).toEqual({ version: parsed.value.version, ...scores });
        for (const value of Object.values(scores)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(10);
          expect(Number(value.toFixed(1))).toBe(value);
        }
      }),
    );
  });

  it('"not defined" says nothing: a vector with it scores as one without', () => {
    const plain = constantFrom('3.0', '3.1', '4.0').chain((version) => vectorsOf(version as CvssVersion));
    assert(
      property(plain, (text) => {
        const without = text.split('/').filter((part) => !part.endsWith(':X'));
        expect(score(without.join('/'))).toBe(score(text));
      }),
    );
  });

  it("more impact never scores less in v2 and v4 (v3's changed scope bends)", () => {
    const pairs = constantFrom<CvssVersion>('2.0', '4.0').chain((version) => {
      const base = cvssMetrics[version].filter(({ group }) => group === 'base');
      const names = version === '2.0' ? ['C', 'I', 'A'] : ['VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
      const worst = version === '2.0' ? 'C' : 'H';
      return tuple(
        tuple(...base.map(({ name, values }) => constantFrom(...values).map((value) => `${name}:${value}`))),
        constantFrom(...names),
      ).map(([parts, raised]) => {
        const prefix = version === '2.0' ? '' : 'CVSS:4.0/';
        return [parts, parts.map((part) => (part.startsWith(`${raised}:`) ? `${raised}:${worst}` : part))].map(
          (each) => prefix + each.join('/'),
        );
      });
    });
    assert(
      property(pairs, ([lower = '', higher = '']) => {
        expect(score(higher)).toBeGreaterThanOrEqual(score(lower) ?? Infinity);
      }),
    );
  });

  it('a higher score is never a lesser severity', () => {
    const tenths = integer({ min: 0, max: 100 });
    assert(
      property(versions, tenths, tenths, (version, a, b) => {
        const [low, high] = [Math.min(a, b) / 10, Math.max(a, b) / 10];
        expect(compareSeverity(severityOfScore(version, low), severityOfScore(version, high))).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('the choice does not depend on the order of what it is made from', () => {
    assert(
      property(array(anyVector, { minLength: 1, maxLength: 5 }), (texts) => {
        const chosen = chooseVector(texts) ?? '';
        const other = chooseVector(texts.toReversed()) ?? '';
        expect(rateVector(other)).toEqual(rateVector(chosen));
      }),
    );
  });

  it('no text makes it throw', () => {
    const pieces = array(oneof(constantFrom('CVSS:4.0', 'CVSS:3.1', 'AV:N', 'AC:L', 'Au:N', ':', '/', 'S:U'), string()), {
      maxLength: 12,
    });
    const texts = pieces.map((all) => all.join('/'));
    assert(
      property(texts, (text) => {
        expect(() => [rateVector(text), chooseVector([text])]).not.toThrow();
      }),
    );
  });
});
