import { describe, expect, it } from 'vitest';
import type { DistributionScanner, Matcher } from '../../contracts/index.ts';
import { layerFiles } from '../../testing/layer-files.ts';
import { almaDistributionScanner } from './alma/distribution.ts';
import { almaMatcher } from './alma/matcher.ts';
import { alpineDistributionScanner } from './alpine/distribution.ts';
import { alpineMatcher } from './alpine/matcher.ts';
import { amazonDistributionScanner } from './amazon/distribution.ts';
import { amazonMatcher } from './amazon/matcher.ts';
import { azurelinuxDistributionScanner } from './azurelinux/distribution.ts';
import { azurelinuxMatcher } from './azurelinux/matcher.ts';
import { debianDistributionScanner } from './debian/distribution.ts';
import { debianMatcher } from './debian/matcher.ts';
import { oracleDistributionScanner } from './oracle/distribution.ts';
import { oracleMatcher } from './oracle/matcher.ts';
import { photonDistributionScanner } from './photon/distribution.ts';
import { photonMatcher } from './photon/matcher.ts';
import { rhelDistributionScanner } from './rhel/distribution.ts';
import { rhelMatcher } from './rhel/matcher.ts';
import { rockyDistributionScanner } from './rocky/distribution.ts';
import { rockyMatcher } from './rocky/matcher.ts';
import { suseDistributionScanner } from './suse/distribution.ts';
import { suseMatcher } from './suse/matcher.ts';
import { ubuntuDistributionScanner } from './ubuntu/distribution.ts';
import { ubuntuMatcher } from './ubuntu/matcher.ts';

/** By `ID` of os-release: who reads it, who answers for it, and `VERSION_ID`s with the last day that the vendor's pages have for them. */
const cases: readonly [string, DistributionScanner, Matcher, Readonly<Record<string, string | undefined>>][] = [
  [
    'alpine',
    alpineDistributionScanner,
    alpineMatcher,
    { '3.2.0': '2017-05-01', '3.18.12': '2025-05-09', '3.99.0': undefined, edge: undefined },
  ],
  ['debian', debianDistributionScanner, debianMatcher, { 8: '2020-06-30', 11: '2026-08-31', 12: '2028-06-30', 14: undefined }],
  [
    'ubuntu',
    ubuntuDistributionScanner,
    ubuntuMatcher,
    { '10.04': '2015-04-30', '14.04': '2019-04-25', '24.10': '2025-07-10', '31.04': undefined },
  ],
  ['amzn', amazonDistributionScanner, amazonMatcher, { '2018.03': '2023-12-31', 2: '2026-06-30', 2022: undefined, 2023: '2029-06-30' }],
  ['azurelinux', azurelinuxDistributionScanner, azurelinuxMatcher, { '3.0': '2027-08-31', '4.0': undefined }],
  ['mariner', azurelinuxDistributionScanner, azurelinuxMatcher, { '2.0': '2025-07-31' }],
  ['ol', oracleDistributionScanner, oracleMatcher, { '7.9': '2024-12-31', 9: '2032-06-30', '11.0': undefined }],
  ['photon', photonDistributionScanner, photonMatcher, { '1.0': '2022-02-28', '5.0': undefined }],
  ['rhel', rhelDistributionScanner, rhelMatcher, { '7.9': '2024-06-30', '8.10': '2029-05-31', 11: undefined }],
  ['centos', rhelDistributionScanner, rhelMatcher, { 7: '2024-06-30', 8: '2021-12-31' }],
  ['almalinux', almaDistributionScanner, almaMatcher, { '8.10': '2029-03-01', '9.3': '2032-05-31', 11: undefined }],
  ['rocky', rockyDistributionScanner, rockyMatcher, { '8.9': '2029-05-31', '9.3': '2032-05-31', 11: undefined }],
  ['sles', suseDistributionScanner, suseMatcher, { '12.5': '2024-10-31', 15: '2019-12-31', '15.7': '2031-07-31', '17.0': undefined }],
  ['sle-micro', suseDistributionScanner, suseMatcher, { '5.5': '2027-10-31' }],
  ['opensuse-leap', suseDistributionScanner, suseMatcher, { '42.3': '2019-07-01', '15.6': '2026-04-30', '15.9': undefined }],
  ['opensuse-tumbleweed', suseDistributionScanner, suseMatcher, { 20250101: undefined }],
];

const releases = cases.flatMap(([id, scanner, matcher, days]) =>
  Object.entries(days).map(([version, day]) => ({ id, version, day, scanner, matcher })),
);

describe('the last day of support', () => {
  it.each(releases)('of $id $version is $day', async ({ id, version, day, scanner, matcher }) => {
    const files = layerFiles(new Map([['etc/os-release', `ID=${id}\nVERSION_ID="${version}"\nNAME="Some Linux"\n`]]));
    const { distributions = [] } = await scanner.scan(files);
    expect(distributions).toHaveLength(1);
    expect(distributions.map(({ facts }) => matcher.endOfLife?.(facts))).toEqual([day]);
  });

  it('is known by every matcher of a distribution', () => {
    expect(cases.filter(([, , matcher]) => matcher.endOfLife === undefined)).toEqual([]);
  });
});
