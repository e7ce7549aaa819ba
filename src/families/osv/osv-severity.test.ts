import { describe, expect, it } from 'vitest';
import { parseOsvRecord, type OsvAffected, type OsvRecord } from '../../formats/osv/index.ts';
import { vectorOrWord, wordOrVector } from './osv-severity.ts';

const v2 = 'AV:L/AC:H/Au:N/C:C/I:C/A:C';
const v3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const v4 = 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';

function record(severities: readonly (readonly [string, string])[], ofEntry: readonly (readonly [string, string])[] = []): OsvRecord {
  const listOf = (list: typeof severities): unknown => list.map(([type, score]) => ({ type, score }));
  const parsed = parseOsvRecord({ id: 'X-1', severity: listOf(severities), affected: [{ severity: listOf(ofEntry) }] });
  if (!parsed) throw new Error('no record');
  return parsed;
}
const entryOf = (of: OsvRecord): OsvAffected | undefined => of.affected[0];

describe('a language: the vector goes before the word', () => {
  it.each([
    [
      'v4 before v3',
      record([
        ['CVSS_V3', v3],
        ['CVSS_V4', v4],
      ]),
      'LOW',
      v4,
      'High',
    ],
    [
      'v3 before v2',
      record([
        ['CVSS_V2', v2],
        ['CVSS_V3', v3],
      ]),
      '',
      v3,
      'Critical',
    ],
    ['v2 alone', record([['CVSS_V2', v2]]), '', v2, 'Medium'],
    ["the entry's own before the record's", record([['CVSS_V4', v4]], [['CVSS_V3', v3]]), '', v3, 'Critical'],
    ['without a vector the word', record([]), 'MODERATE', 'MODERATE', 'Medium'],
    ['a vector that cannot be read, and a word', record([['CVSS_V3', '9.8']]), 'HIGH', 'HIGH', 'High'],
    ['a vector that cannot be read, and no word', record([['CVSS_V3', '9.8']]), '', '9.8', 'Unknown'],
    ['neither', record([]), '', '', 'Unknown'],
    ["another vendor's form is no vector", record([['Ubuntu', 'low']]), '', '', 'Unknown'],
  ] as const)('%s', (_name, of, word, severity, normalizedSeverity) => {
    expect(vectorOrWord(of, entryOf(of), word)).toEqual({ severity, normalizedSeverity });
  });
});

describe("a distribution: the vendor's word goes before the vector", () => {
  it.each([
    ['the word', record([['CVSS_V3', v3]]), 'Low', 'Low', 'Low'],
    ['a word that nobody knows', record([['CVSS_V3', v3]]), 'odd', 'odd', 'Unknown'],
    ['without one the vector', record([['CVSS_V3', v3]]), '', v3, 'Critical'],
    ['neither', record([]), '', '', 'Unknown'],
  ] as const)('%s', (_name, of, word, severity, normalizedSeverity) => {
    expect(wordOrVector(of, word)).toEqual({ severity, normalizedSeverity });
  });
});
