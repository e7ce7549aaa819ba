import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../core/index.ts';
import { parseKev, readKevFact } from './parse-kev.ts';

async function read(body: string) {
  const diagnostics: Diagnostic[] = [];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(body);
  }
  const advisories = await Array.fromAsync(parseKev(pieces(), { onDiagnostic: (each) => diagnostics.push(each) }));
  const items = advisories.flatMap(({ name, description, issued, severity: version }) =>
    description
      .trimEnd()
      .split('\n')
      .flatMap((line) => {
        const [number = ''] = line.split(' ', 1);
        return readKevFact({ cve: `${name.replace(/\d+xxx$/, '')}${number}`, fact: line.slice(number.length + 1), issued, version });
      }),
  );
  return { items, skipped: diagnostics.map(({ data }) => data) };
}

const catalogue = (entries: readonly object[]): string =>
  JSON.stringify({ title: 'Catalog', catalogVersion: '2025.08.25', dateReleased: '2025-08-25T16:52:57.8Z', vulnerabilities: entries });
const log4shell = {
  cveID: 'CVE-2021-44228',
  vendorProject: 'Apache',
  product: 'Log4j2',
  vulnerabilityName: 'Apache Log4j2 Remote Code Execution Vulnerability',
  dateAdded: '2021-12-10',
  shortDescription: 'A text with a "quote",\na second line and \u2028 more.',
  requiredAction: 'Apply updates per vendor instructions.',
  dueDate: '2021-12-24',
  knownRansomwareCampaignUse: 'Known',
  notes: '',
  cwes: ['CWE-20'],
};

describe('the catalogue', () => {
  it("gives what it says of each CVE, in Clair's words", async () => {
    expect(await read(catalogue([log4shell]))).toEqual({
      items: [
        {
          cve: 'CVE-2021-44228',
          vulnerability_name: log4shell.vulnerabilityName,
          catalog_version: '2025.08.25',
          date_added: '2021-12-10',
          short_description: log4shell.shortDescription,
          required_action: log4shell.requiredAction,
          due_date: '2021-12-24',
          known_ransomware_campaign_use: 'Known',
        },
      ],
      skipped: [],
    });
  });

  it('leaves out what is of no CVE, and counts it', async () => {
    const { items, skipped } = await read(catalogue([{ cveID: 'x' }, log4shell, {}, { cveID: 7 }]));
    expect(items.map(({ cve }) => cve)).toEqual(['CVE-2021-44228']);
    expect(skipped).toEqual([{ updater: 'kev-updater', records: 3, first: '/vulnerabilities/0' }]);
  });

  it('takes members that are no text as absent, and those of every object as any other', async () => {
    const entry = JSON.parse('{"cveID": "CVE-2021-44228", "__proto__": {"dueDate": "x"}, "dateAdded": {"a": 1}}') as object;
    expect((await read(catalogue([entry]))).items).toMatchObject([{ cve: 'CVE-2021-44228', due_date: '', date_added: '' }]);
  });

  it.each([
    ['no entries', catalogue([]), 'FEED_MALFORMED'],
    ['no list', '{"title": "x"}', 'FEED_MALFORMED'],
    ['half of it', catalogue([log4shell]).slice(0, 200), 'FEED_TRUNCATED'],
    ['a page of HTML', '<html></html>', 'FEED_MALFORMED'],
  ])('%s fails the feed', async (_name, body, code) => {
    await expect(read(body)).rejects.toMatchObject({ code });
  });
});
