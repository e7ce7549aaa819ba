import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFixIds } from './fix-id.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

describe('parseFixIds', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['CVE-2019-14697', ['CVE-2019-14697'], []],
    ['CVE-2019-17349 XSA-295', ['CVE-2019-17349'], ['XSA-295']],
    ['CVE-2018-18883  XSA-278', ['CVE-2018-18883'], ['XSA-278']],
    ['GNUTLS-SA-2020-06-03 CVE-2020-13777', ['CVE-2020-13777'], ['GNUTLS-SA-2020-06-03']],
    ['CVE-2020-11740 CVE-2020-11741 XSA-313', ['CVE-2020-11740', 'CVE-2020-11741'], ['XSA-313']],
    ['CVE-2020-11501 GNUTLS-SA-2020-03-31 CVE-2020-11501', ['CVE-2020-11501'], ['GNUTLS-SA-2020-03-31']],
    ['CVE-2017-5753 CVE-2017-5715 CVE-2017-5754 XSA-254 XPTI', ['CVE-2017-5753', 'CVE-2017-5715', 'CVE-2017-5754'], ['XSA-254']],
    ['CVE-2019-1,CVE-2019-10001, XSA-1', ['CVE-2019-10001'], ['CVE-2019-1', 'XSA-1']],
    ['CVE-2019-10001,CVE-2019-10002', ['CVE-2019-10001', 'CVE-2019-10002'], []],
    ['CVE-2024-22195 GHSA-h5c8-rqwp-cp95', ['CVE-2024-22195'], ['GHSA-h5c8-rqwp-cp95']],
    ['CVE_2019-2426', ['CVE-2019-2426'], []],
    ['cve-2019-2426', ['CVE-2019-2426'], []],
    ['CVE-2017-17434-1', ['CVE-2017-17434'], []],
    ['CVE-2021-35940.patch', ['CVE-2021-35940'], []],
    ['CVE-2018-16227 (802.11)', ['CVE-2018-16227'], []],
    ['CVE-2018-10103 (SMB - partially fixed, but SMB printing disabled)', ['CVE-2018-10103'], []],
    ['CVE-2020-14342 (Not affected, requires --with-systemd)', ['CVE-2020-14342'], []],
    ['XSA-207', ['XSA-207'], []],
    ['wnpa-sec-2017-18', ['wnpa-sec-2017-18'], []],
    ['VSV00013', ['VSV00013'], []],
    ['GHSA-572g-rvwr-6c7f', ['GHSA-572g-rvwr-6c7f'], []],
    ['CVE-46838', ['CVE-46838'], []],
    ['CVE-????-????? XSA-312', ['XSA-312'], []],
    ['CVE-2022-????? XSA-398', ['XSA-398'], []],
    ['CVE N/A ZBX-11023', ['ZBX-11023'], []],
    ['XSA-1 GHSA-572g-rvwr-6c7f', ['XSA-1'], ['GHSA-572g-rvwr-6c7f']],
  ])('%s', (text, names, aliases) => {
    expect(parseFixIds(text)).toEqual({ names, aliases });
  });

  it.each(['', ' ', 'CVE', 'unknown', '(CVE-2019-10001)', '2019', '???'])('finds no id in %j', (text) => {
    expect(parseFixIds(text)).toBeUndefined();
  });

  it('finds every CVE whatever stands around it, and never one as an alias', () => {
    const cve = fc
      .tuple(fc.integer({ min: 1999, max: 2030 }), fc.integer({ min: 1000, max: 9_999_999 }))
      .map(([year, number]) => `CVE-${year}-${number}`);
    const other = fc.constantFrom('XSA-295', '(remark 1)', 'word', 'VSV00013', 'CVE-????-?????');
    const separator = fc.constantFrom(' ', '  ', ', ', '\t', '; ');
    fc.assert(
      fc.property(fc.array(cve, { minLength: 1, maxLength: 3 }), fc.array(other), separator, (cves, others, by) => {
        const ids = parseFixIds([...cves, ...others].join(by));
        expect(ids?.names).toEqual([...new Set(cves)]);
        expect(ids?.aliases.filter((alias) => alias.startsWith('CVE'))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('takes no time over hostile text', () => {
    const start = performance.now();
    for (const piece of ['(', 'CVE-', '9', 'CVE-2019-', ' ']) parseFixIds(piece.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
