import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../core/index.ts';
import { parseNvd, readNvdFact } from './parse-nvd.ts';

async function read(records: readonly unknown[]) {
  const diagnostics: Diagnostic[] = [];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(JSON.stringify({ format: 'NVD_CVE', version: '2.0', vulnerabilities: records }));
  }
  const advisories = await Array.fromAsync(parseNvd(pieces(), 2021, { onDiagnostic: (each) => diagnostics.push(each) }));
  return { text: advisories.map(({ description }) => description).join(''), skipped: diagnostics.map(({ data }) => data) };
}

const v2 = 'AV:N/AC:M/Au:N/C:N/I:P/A:N';
const v30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N';
const v31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N';
const v4 = 'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const metric = (vectorString: unknown, type = 'Primary', source: unknown = 'nvd@nist.gov') => ({
  source,
  type,
  cvssData: { vectorString },
});
const record = (metrics: unknown, rest: object = {}) => ({ cve: { id: 'CVE-2021-3002', vulnStatus: 'Modified', metrics, ...rest } });

describe('the vectors of a CVE', () => {
  it.each([
    [
      'of all versions, the newest first',
      { cvssMetricV2: [metric(v2)], cvssMetricV31: [metric(v31)], cvssMetricV40: [metric(v4)], cvssMetricV30: [metric(v30)] },
      [v4, v31, v30, v2],
    ],
    [
      "NVD's own before another's",
      { cvssMetricV31: [metric(v30.replace('3.0', '3.1').replace('C:L', 'C:H'), 'Secondary', 'cna@example.org'), metric(v31)] },
      [v31],
    ],
    ["another's where NVD has none", { cvssMetricV31: [metric(v31, 'Secondary', 'cna@example.org')] }, [v31]],
    ['without what is no vector', { cvssMetricV31: [metric('9.8'), metric(7), {}, null, metric(v31)], cvssMetricV2: 'x' }, [v31]],
  ])('%s', async (_name, metrics, vectors) => {
    const { text, skipped } = await read([record(metrics)]);
    expect(skipped).toEqual([]);
    const fact = text.trimEnd().replace(/^3002 /, '');
    expect(readNvdFact({ cve: 'CVE-2021-3002', fact, issued: '', version: '' }).map(({ vectorString }) => vectorString)).toEqual(vectors);
  });

  it('are told with their score and who gave them', async () => {
    const { text } = await read([record({ cvssMetricV31: [metric(v31)], cvssMetricV2: [metric(v2, 'Secondary', 'two words')] })]);
    expect(text).toBe(`3002 nvd@nist.gov ${v31} nvd ${v2}\n`);
    const fact = text.trimEnd().replace(/^3002 /, '');
    // The scores are NVD's own of CVE-2021-3002.
    expect(readNvdFact({ cve: 'CVE-2021-3002', fact, issued: '', version: '' })).toEqual([
      { version: '3.1', vectorString: v31, baseScore: 6.1, baseSeverity: 'MEDIUM', source: 'nvd@nist.gov' },
      { version: '2.0', vectorString: v2, baseScore: 4.3, baseSeverity: 'MEDIUM', source: 'nvd' },
    ]);
  });

  it.each([
    ['was rejected', record({ cvssMetricV31: [metric(v31)] }, { vulnStatus: 'Rejected' }), []],
    ['has no metrics', record(undefined), []],
    ['has none that can be read', record({ cvssMetricV31: [metric('CVSS:3.1/AV:N')] }), []],
    ['is no record', 'x', [{ updater: 'nvd-2021-updater', records: 1, first: '/vulnerabilities/0' }]],
    [
      'has no id',
      record({ cvssMetricV31: [metric(v31)] }, { id: 'x' }),
      [{ updater: 'nvd-2021-updater', records: 1, first: '/vulnerabilities/0' }],
    ],
  ])('gives none where it %s', async (_name, written, wanted) => {
    expect(await read([written])).toEqual({ text: '', skipped: wanted });
  });
});
