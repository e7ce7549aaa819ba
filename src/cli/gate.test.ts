import { describe, expect, it } from 'vitest';
import type { Severity } from '../core/index.ts';
import { sampleReport } from '../reports/sample-report.fixture.ts';
import { gate } from './gate.ts';

function reportOf(found: readonly Severity[], complete = true) {
  return sampleReport({
    packages: [{ name: 'bash' }],
    findings: found.map((severity, index) => ({ name: `CVE-${index}`, packages: ['bash'], severity })),
    coverage: { complete },
  });
}

describe('gate', () => {
  it.each<readonly [readonly Severity[], boolean, Parameters<typeof gate>[1], number]>([
    [['Critical'], true, {}, 0],
    [['Critical'], false, {}, 0],
    [['High'], true, { failOn: 'High' }, 1],
    [['Medium'], true, { failOn: 'High' }, 0],
    [['Critical'], false, { failOn: 'High' }, 1],
    [['Medium'], false, { failOn: 'High' }, 3],
    [[], false, { failOn: 'High' }, 3],
    [['Medium'], false, { failOn: 'High', allowIncomplete: true }, 0],
    [['Critical'], false, { failOn: 'High', allowIncomplete: true }, 1],
    [['Unknown'], true, { failOn: 'Negligible' }, 0],
    [['Unknown'], true, { failOn: 'High', unknownAs: 'High' }, 1],
    [['Unknown'], true, { failOn: 'High', unknownAs: 'Medium' }, 0],
    [['Negligible'], true, { failOn: 'Negligible' }, 1],
  ])('%j (complete: %s) with %j ends with %d', (found, complete, options, expected) => {
    expect(gate(reportOf(found, complete), options).exitCode).toBe(expected);
  });

  it('says how many of Unknown severity there were', () => {
    const report = reportOf(['Unknown', 'Unknown', 'Low']);
    expect(gate(report, { failOn: 'High' }).sentences).toEqual([
      '2 findings of Unknown severity not counted by --fail-on; use --unknown-as to count them.',
    ]);
    expect(gate(report, { failOn: 'High', unknownAs: 'Critical' }).sentences).toEqual([
      '2 findings of Unknown severity counted as Critical.',
      '--fail-on high is met by 2 findings.',
    ]);
  });

  it('says nothing without --fail-on', () => {
    expect(gate(reportOf(['Unknown'], false), {}).sentences).toEqual([]);
  });
});
