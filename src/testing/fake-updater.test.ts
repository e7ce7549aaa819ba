import type { Namespace } from '../contracts/index.ts';
import { fakeMatcher } from './fake-matcher.ts';
import { fakeSchemes } from './fake-matcher-scheme.ts';
import { fakeAdvisory, fakeFeed, fakeUpdater, fakeUpdaterSet, feedUrl } from './fake-updater.ts';
import { matcherSuite } from './matcher-suite.ts';
import { updaterSetSuite } from './updater-set-suite.ts';
import { updaterSuite } from './updater-suite.ts';

const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const one = { name: 'one', namespaces: [distro.key] };
const advisories = ['CVE-1', 'CVE-2', 'CVE-3'].map((name) => fakeAdvisory(name, [{ namespace: distro, package: 'src' }]));

updaterSuite('fakeUpdater', () => ({ updater: fakeUpdater(one), served: { [feedUrl(one)]: fakeFeed(advisories) } }));
updaterSetSuite('fakeUpdaterSet', { set: fakeUpdaterSet('fakes', [one]), namespaces: [distro.key] });
matcherSuite('fakeMatcher', fakeMatcher('distro'), fakeSchemes);
matcherSuite('fakeMatcher that decides itself', fakeMatcher('distro', { versionFilter: false, vulnerable: () => 'unknown' }), fakeSchemes);
