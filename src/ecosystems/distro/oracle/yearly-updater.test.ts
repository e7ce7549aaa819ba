import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../../runtime/index.ts';
import { FakeFeedClient } from '../../../testing/index.ts';
import { updaterSuite } from '../../../testing/updater-suite.ts';
import { elsaYearUrl } from './advisory.ts';
import { createOracleYearlyUpdaterSet, createOracleYearUpdater } from './yearly-updater.ts';

const set = createOracleYearlyUpdaterSet(fixedClock(new Date('2026-03-01T00:00:00Z')));

const document = (
  year: number,
): string => `<oval_definitions><definitions><definition id="oval:com.oracle.elsa:def:${year}0001" class="patch">
  <metadata><title>ELSA-${year}-0001</title><affected family="unix"><platform>Oracle Linux 8</platform></affected>
  <reference source="elsa" ref_id="ELSA-${year}-0001" ref_url="https://linux.oracle.com/errata/ELSA-${year}-0001.html"/>
  <advisory><severity>LOW</severity><issued date="${year}-01-02"/><cve href="https://linux.oracle.com/cve/CVE-${year}-1000.html">CVE-${year}-1000</cve></advisory></metadata>
  <criteria operator="AND"><criterion test_ref="r" comment="Oracle Linux 8 is installed"/><criterion test_ref="t" comment="a is earlier than 0:2-1"/></criteria>
  </definition></definitions><tests><rpminfo_test id="t"><object object_ref="o"/><state state_ref="s"/></rpminfo_test></tests>
  <objects><rpminfo_object id="o"><name>a</name></rpminfo_object></objects>
  <states><rpminfo_state id="s"><evr operation="less than">0:2-1</evr></rpminfo_state></states></oval_definitions>`;

updaterSuite('oracle-2019-updater', () => ({
  updater: createOracleYearUpdater(2019),
  served: { [elsaYearUrl(2019)]: document(2019) },
  isToldAtItsEnd: true,
}));

describe('Oracle’s documents of single years', () => {
  it('are needed from the year of the release on, up to this year', () => {
    expect(set.expected('oracle:9')).toEqual([2022, 2023, 2024, 2025, 2026].map((year) => `oracle-${year}-updater`));
    expect(set.expected('oracle:5')).toHaveLength(20);
    expect(set.expected('oracle:11')).toHaveLength(20);
  });

  it('are found by asking, whichever are missing', async () => {
    const client = new FakeFeedClient();
    for (const year of [2007, 2019, 2026, 2027]) client.set(elsaYearUrl(year), document(year));
    const updaters = await set.discover({ client });
    expect(updaters.map(({ name }) => name)).toEqual(['oracle-2007-updater', 'oracle-2019-updater', 'oracle-2026-updater']);
    for (const updater of updaters) {
      const fetched = await updater.fetch(undefined, { client });
      const advisories = fetched.kind === 'changed' ? await Array.fromAsync(updater.parse(fetched.body)) : [];
      const year = /\d{4}/.exec(updater.name)?.[0] ?? '';
      expect(advisories.map(({ name, aliases, url }) => [name, aliases, url])).toEqual([
        [`CVE-${year}-1000`, [`ELSA-${year}-0001`], elsaYearUrl(Number(year))],
      ]);
    }
  });

  it('of several releases are needed once', async () => {
    const updaters = await set.discover({ client: new FakeFeedClient(), namespaces: ['oracle:9', 'oracle:10'] });
    expect(updaters).toHaveLength(5);
  });
});
