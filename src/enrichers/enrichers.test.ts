import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Enricher, Updater } from '../contracts/index.ts';
import { FakeFeedClient } from '../testing/fake-feed-client.ts';
import { enricherSuite } from '../testing/enricher-suite.ts';
import { fakeEnricher } from '../testing/fake-enricher.ts';
import { fakeVulnerability } from '../testing/fake-vulnerability.ts';
import { updaterSetSuite } from '../testing/updater-set-suite.ts';
import { updaterSuite } from '../testing/updater-suite.ts';
import { cvssEnricher } from './cvss/index.ts';
import { epssEnricher } from './epss/index.ts';
import { kevEnricher } from './kev/index.ts';
import { createNvdEnricher } from './nvd/index.ts';

const nvdEnricher = createNvdEnricher({ now: () => new Date('2004-06-01T00:00:00Z') });
const cve = 'CVE-2021-44228';
const nvdUrl = (year: number): string => `https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-${year}.json.gz`;

const bodies: Readonly<Record<string, string>> = {
  epss: `#model_version:v2023.03.01,score_date:2023-03-07T00:00:00+0000\ncve,epss,percentile\n${cve},0.97565,0.99996\n`,
  kev: JSON.stringify({
    title: 't',
    catalogVersion: '2025.08.25',
    count: 1,
    vulnerabilities: [{ cveID: cve, vulnerabilityName: 'Log4Shell' }],
  }),
  nvd: JSON.stringify({
    format: 'NVD_CVE',
    vulnerabilities: [
      {
        cve: {
          id: cve,
          metrics: { cvssMetricV31: [{ type: 'Primary', cvssData: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' } }] },
        },
      },
    ],
  }),
};
const urls: Readonly<Record<string, string>> = {
  epss: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  kev: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  nvd: nvdUrl(2002),
};

async function updaterOf({ updaterSet, namespace = '' }: Enricher): Promise<Updater> {
  const [updater] = (await updaterSet?.discover({ client: new FakeFeedClient(), namespaces: [namespace] })) ?? [];
  if (!updater) throw new Error('no updater');
  return updater;
}

for (const enricher of [epssEnricher, kevEnricher, nvdEnricher]) {
  const { id, updaterSet, namespace = '' } = enricher;
  const [body = '', url = ''] = [bodies[id], urls[id]];
  const updater = await updaterOf(enricher);
  if (updaterSet) updaterSetSuite(id, { set: updaterSet, namespaces: [namespace] });
  updaterSuite(`${id} (as it is published)`, () => ({
    updater,
    served: { [url]: id === 'kev' ? body : gzipSync(body) },
    isToldAtItsEnd: true,
  }));

  describe(`${id}: its feed and its place`, () => {
    it('reads its feed also where somebody has unpacked or packed it', async () => {
      const parse = (bytes: Uint8Array) =>
        Array.fromAsync(
          updater.parse(
            (async function* () {
              yield bytes;
            })(),
          ),
        );
      expect(await parse(gzipSync(body))).toEqual(await parse(Buffer.from(body)));
    });

    it('keeps its facts where no matcher looks', () => {
      expect(namespace).toBe(`cve:${id}`);
      expect(Object.isFrozen(enricher)).toBe(true);
    });
  });
}

describe('the years of NVD', () => {
  const names = async (client: FakeFeedClient, namespaces?: readonly string[]) =>
    (await nvdEnricher.updaterSet?.discover({ client, namespaces }))?.map(({ name }) => name);

  it('are those that there are, when all feeds are updated', async () => {
    const client = new FakeFeedClient().set(nvdUrl(2002), '').set(nvdUrl(2004), '').set(nvdUrl(2005), '');
    expect(await names(client)).toEqual(['nvd-2002-updater', 'nvd-2004-updater']);
  });

  it('are those that there can be, when a report needs them', async () => {
    expect(await names(new FakeFeedClient(), ['cve:nvd'])).toEqual(['nvd-2002-updater', 'nvd-2003-updater', 'nvd-2004-updater']);
  });
});

const vulnerabilities = [
  fakeVulnerability('log4j', { name: cve, severity: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }),
  fakeVulnerability('other', { name: 'RLSA-2021:1', aliases: [cve], severity: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' }),
  fakeVulnerability('unknown', { name: 'CVE-2021-44001', severity: 'high' }),
];

enricherSuite('a fake', () => ({
  enricher: fakeEnricher('fake', { [cve]: [1] }, { severityOf: ([first]) => (first === 1 ? 'Low' : undefined) }),
  vulnerabilities,
}));
enricherSuite('cvss', () => ({ enricher: cvssEnricher, vulnerabilities }));
for (const enricher of [epssEnricher, kevEnricher, nvdEnricher]) {
  enricherSuite(enricher.id, async () => {
    const updater = await updaterOf(enricher);
    const body = Buffer.from(bodies[enricher.id] ?? '');
    const advisories = await Array.fromAsync(
      updater.parse(
        (async function* () {
          yield body;
        })(),
      ),
    );
    const entries = advisories.map(({ name, description, links, issued, severity }) => ({
      name,
      description,
      links,
      issued,
      severity,
      updater: updater.name,
    }));
    return { enricher, vulnerabilities, entries };
  });
}
