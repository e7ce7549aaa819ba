import { describe, expect, it } from 'vitest';
import type { WriteOptions } from '../../contracts/index.ts';
import { diagnostic, enrichmentTypes, type PackageId, type Severity, type VulnerabilityReport } from '../../core/index.ts';
import { sampleLayer, sampleReport, type SampleOptions } from '../sample-report.fixture.ts';
import { displayWidth } from './display-width.ts';
import { countFindings } from './findings.ts';
import { tableWriter } from './table-writer.ts';

const print = (options: SampleOptions, write: WriteOptions = {}): string => [...tableWriter.write(sampleReport(options), write)].join('');

const packages = [
  { name: 'libssl3', source: 'openssl', version: '3.0.7-1' },
  { name: 'openssl', source: 'openssl', version: '3.0.7-1' },
  { name: 'zlib1g', source: 'zlib', version: '1:1.2.13-1' },
  { name: 'bash', version: '5.2-1' },
  { name: 'left-pad', version: '1.3.0', file: 'app/node_modules/left-pad/package.json' },
];
const findings: SampleOptions['findings'] = [
  { name: 'CVE-2023-45853', packages: ['zlib1g'], severity: 'Critical', fixState: 'will-not-fix' },
  { name: 'CVE-2023-0286', packages: ['openssl', 'libssl3'], severity: 'High', fixed: '3.0.8-1' },
  { name: 'CVE-2023-10000', packages: ['bash'], severity: 'Low' },
  { name: 'CVE-2023-9999', packages: ['bash'], severity: 'Low' },
  { name: 'CVE-2024-1', packages: ['left-pad'], severity: 'Unknown', fixed: '1.3.1' },
];
const npmGap = {
  reason: 'feed-not-loaded',
  subject: 'npm',
  subjectKind: 'ecosystem',
  packages: 1,
  detail: 'no advisories of npm are loaded',
} as const;
const incomplete = { complete: false, packages: { total: 5, matched: 4, unknown: 1 }, gaps: [npmGap] };

describe('table', () => {
  it('shows the image, the gaps, the findings and how many of each severity', () => {
    expect(print({ packages, findings, coverage: incomplete }, { image: 'demo/app:1', columns: 120 })).toBe(
      `demo/app:1
sha256:${'a'.repeat(64)}
Debian GNU/Linux 12 (bookworm) · 5 packages · advisories of 2026-11-23 10:00

! Coverage is incomplete: 1 of 5 packages could not be judged in full
  GAP                    WHAT  PACKAGES   DETAIL
  advisories not loaded  npm   1 package  no advisories of npm are loaded

SEVERITY  ADVISORY        PACKAGE           INSTALLED   FIXED IN      WHERE
Critical  CVE-2023-45853  zlib1g            1:1.2.13-1  will not fix  source zlib
High      CVE-2023-0286   libssl3, openssl  3.0.7-1     3.0.8-1       source openssl
Low       CVE-2023-9999   bash              5.2-1       not fixed
Low       CVE-2023-10000  bash              5.2-1       not fixed
Unknown   CVE-2024-1      left-pad          1.3.0       1.3.1         app/node_modules/left-pad/package.json

6 findings (5 advisories) in 5 packages: 1 Critical · 2 High · 2 Low · 1 Unknown
`,
    );
  });

  it.each([80, 100, 132, 200])('fits %d columns and keeps every name and version', (columns) => {
    const text = print({ packages, findings, coverage: incomplete }, { image: 'demo/app:1', columns });
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    for (const word of ['CVE-2023-45853', 'zlib1g', '1:1.2.13-1', 'left-pad']) expect(text).toContain(word);
  });

  it('sorts by name when asked', () => {
    const rows = print({ packages, findings }, { sort: 'name' })
      .split('\n')
      .filter((line) => line.includes('CVE-'));
    expect(rows.map((row) => row.split(/\s+/)[1])).toEqual([
      'CVE-2023-9999',
      'CVE-2023-10000',
      'CVE-2024-1',
      'CVE-2023-0286',
      'CVE-2023-45853',
    ]);
  });

  it('says what Unknown severities count as', () => {
    expect(print({ packages, findings }, { unknownAs: 'High' })).toContain('1 Unknown (counted as High)');
  });
});

describe('a table without findings', () => {
  it('is good news when everything was asked', () => {
    expect(print({ packages })).toContain('No vulnerabilities: all 5 packages were checked.\n');
  });

  it.each([
    [{ total: 5, matched: 4, unknown: 1 }, 'Nothing found in the 4 packages that could be checked; see the gaps above.'],
    [{ total: 5, matched: 0, unknown: 5 }, 'Nothing could be checked: this says nothing about the image.'],
  ])('is not when coverage is incomplete (%j)', (packagesCovered, sentence) => {
    const text = print({ packages, coverage: { ...incomplete, packages: packagesCovered } });
    expect(text).toContain(sentence);
    expect(text).not.toMatch(/(?:no|0) (?:vulnerabilities|findings)/i);
    expect(text.indexOf('Coverage is incomplete')).toBeLessThan(text.indexOf(sentence));
  });

  it('does not call an image without packages clean', () => {
    expect(print({ packages: [] })).toContain('No packages were found in this image.\n');
  });
});

describe('what was not decided', () => {
  it('is told although no gap names it', () => {
    const verdicts = ['a', 'b', 'b'].map((id) => ({
      packageId: id as PackageId,
      name: 'CVE-1',
      status: 'unknown' as const,
      reason: 'vendor-undetermined' as const,
      evidence: { subject: 'source x', installed: '1' },
    }));
    const text = print({ packages, verdicts });
    expect(text).toMatch(/vendor has not decided\s+2 packages\s+3 questions without an answer/);
  });

  it('lists what was met while reading, but not what is only worth knowing', () => {
    const text = print({
      packages,
      diagnostics: [
        diagnostic('FILE_UNPARSABLE', { layer: sampleLayer, path: 'a/\x1b[2J' }),
        diagnostic('FILE_UNPARSABLE', { layer: sampleLayer, path: 'b' }),
        diagnostic('TAR_TRAILER_MISSING', { layer: sampleLayer }),
      ],
    });
    expect(text).toContain('a wanted file cannot be parsed: a/\\x1b[2J and 1 more\n');
    expect(text).not.toContain('end mark');
  });

  it('says above all that a release is out of support', () => {
    const data = { distribution: 'debian 10', supportedUntil: '2024-06-30' };
    const text = print({ packages, diagnostics: [diagnostic('DISTRIBUTION_END_OF_LIFE', { data })] });
    expect(text).toMatch(/! debian 10 is out of support since 2024-06-30/);
    expect(text).not.toContain('Met while reading');
  });
});

describe('hostile names', () => {
  const hostile = '\x1b]0;owned\x07\x1b[1A\u202egnp\n\x9b2J';

  it.each([undefined, 80])('never reach the terminal (columns %s)', (columns) => {
    const text = print(
      {
        packages: [{ name: hostile, version: hostile, source: `${hostile}s` }],
        findings: [{ name: hostile, packages: [hostile], fixed: hostile }],
        coverage: { complete: false, gaps: [{ ...npmGap, subject: hostile, detail: hostile }] },
      },
      { image: hostile, columns, color: false },
    );
    // eslint-disable-next-line no-control-regex -- controls are what it is about
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('\\x1b]0');
  });
});

describe('colour', () => {
  it('is only there when asked for', () => {
    expect(print({ packages, findings })).not.toContain('\x1b');
    expect(print({ packages, findings }, { color: true })).toContain('\x1b[31mHigh\x1b[39m');
  });

  it('changes no column', () => {
    // eslint-disable-next-line no-control-regex -- the codes that were put in
    const bare = print({ packages, findings, coverage: incomplete }, { color: true, columns: 90 }).replaceAll(/\x1b\[\d+m/g, '');
    expect(bare).toBe(print({ packages, findings, coverage: incomplete }, { columns: 90 }));
  });
});

describe('countFindings', () => {
  it('counts a package and an advisory once, at the worst of its rows', () => {
    const report = sampleReport({
      packages,
      findings: [
        { name: 'CVE-1', packages: ['bash'], severity: 'Low', fixed: '6' },
        { name: 'CVE-1', packages: ['bash'], severity: 'High', fixed: '7' },
      ],
    });
    const counts = countFindings(report);
    expect({ ...counts, bySeverity: [...counts.bySeverity] }).toEqual({
      pairs: 1,
      advisories: 1,
      packages: 1,
      bySeverity: [['High' satisfies Severity, 1]],
    });
  });
});

describe('what enrichers know', () => {
  const plain = sampleReport({ packages, findings });
  /** The report with this, by the names of vulnerabilities. */
  function enriched(known: Readonly<Record<keyof typeof enrichmentTypes, Readonly<Record<string, object>>>>): VulnerabilityReport {
    const byId = (items: Readonly<Record<string, object>>) =>
      Object.fromEntries([...plain.vulnerabilities].flatMap(([id, { name }]) => (items[name] ? [[id, [items[name]]] as const] : [])));
    const enrichments = (['cvss', 'epss', 'kev'] as const).map((type) => [enrichmentTypes[type], [byId(known[type])]] as const);
    return { ...plain, enrichments: new Map(enrichments) };
  }
  const report = enriched({
    cvss: { 'CVE-2023-10000': { baseScore: 3.1 }, 'CVE-2023-9999': { baseScore: 9.8 }, 'CVE-2023-45853': { baseScore: 9.8 } },
    epss: { 'CVE-2024-1': { epss: 0.97565 }, 'CVE-2023-0286': { epss: 0.0004 }, 'CVE-2023-45853': { epss: 'high' } },
    kev: { 'CVE-2023-10000': { known_ransomware_campaign_use: 'Known' } },
  });
  const rowsOf = (of: VulnerabilityReport, write: WriteOptions = {}): readonly string[] =>
    [...tableWriter.write(of, write)]
      .join('')
      .split('\n')
      .filter((line) => /CVE-|SEVERITY/.test(line));

  it('stands in columns of its own, between the fix and the place', () => {
    expect(rowsOf(report, { columns: 140 })).toEqual([
      'SEVERITY  ADVISORY        PACKAGE           INSTALLED   FIXED IN      KEV     EPSS   WHERE',
      'Critical  CVE-2023-45853  zlib1g            1:1.2.13-1  will not fix                 source zlib',
      'High      CVE-2023-0286   libssl3, openssl  3.0.7-1     3.0.8-1               <0.1%  source openssl',
      'Low       CVE-2023-9999   bash              5.2-1       not fixed',
      'Low       CVE-2023-10000  bash              5.2-1       not fixed     ransom',
      'Unknown   CVE-2024-1      left-pad          1.3.0       1.3.1                 97.6%  app/node_modules/left-pad/package.json',
    ]);
  });

  it.each([80, 100])('fits %d columns', (columns) => {
    const negligible = [...findings, { name: 'CVE-2024-2', packages: ['bash'], severity: 'Negligible' as const }];
    const wide = { ...report, ...sampleReport({ packages, findings: negligible }), enrichments: report.enrichments };
    const text = [...tableWriter.write(wide, { columns })].join('');
    expect(text).toMatch(/KEV +EPSS +WHERE/);
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('says how many severities are from CVSS', () => {
    const filled: VulnerabilityReport['verdicts'] = [...plain.vulnerabilities.values()].slice(0, 2).map(({ id, name }) => ({
      packageId: '1' as PackageId,
      name,
      status: 'affected',
      vulnerabilityId: id,
      evidence: { subject: '', installed: '', notes: ['severity-from-cvss'] },
    }));
    const text = [...tableWriter.write({ ...plain, verdicts: filled })].join('');
    expect(text.endsWith('\nThe severity of 2 of them is from CVSS: their vendors give none.\n')).toBe(true);
  });

  it('is in the way of nobody who did not ask for it', () => {
    const scored = enriched({ cvss: { 'CVE-2024-1': { baseScore: 9.8 } }, epss: {}, kev: {} });
    expect(rowsOf(scored)).toEqual(rowsOf(plain));
  });

  it('sorts by risk: what is exploited, then by EPSS, then by score, then by severity', () => {
    expect(rowsOf(report, { sort: 'risk' }).map((row) => row.split(/\s+/)[1])).toEqual([
      'ADVISORY',
      'CVE-2023-10000',
      'CVE-2024-1',
      'CVE-2023-0286',
      'CVE-2023-45853',
      'CVE-2023-9999',
    ]);
  });

  it('sorts by severity where nothing is known of risk', () => {
    expect(rowsOf(plain, { sort: 'risk' })).toEqual(rowsOf(plain, { sort: 'severity' }));
  });

  it.each([[7], [[null]], [['x']], [[{ toString: 1 }]], [[[]]]])('of a form that nobody knows (%j) says nothing', (odd) => {
    const types = Object.values(enrichmentTypes);
    const lists = types.map((type) => [type, Array.isArray(odd) ? odd : [odd]] as const);
    expect(rowsOf({ ...plain, enrichments: new Map(lists) }, { sort: 'risk' })).toEqual(rowsOf(plain));
  });
});
