import type { Namespace } from '../../../contracts/index.ts';
import type { Severity } from '../../../core/index.ts';
import { plainVerdict, recogniseCommon, type OvalProfile } from '../../../families/index.ts';
import { namespaceOf, releaseOfPlatform } from './release.ts';

const folder = 'https://linux.oracle.com/security/oval/';

/** All advisories of Oracle Linux, of every year and release. */
export const elsaUrl = `${folder}com.oracle.elsa-all.xml.bz2`;

/** Those of one year. */
export function elsaYearUrl(year: number): string {
  return `${folder}com.oracle.elsa-${year}.xml.bz2`;
}

const severities: ReadonlyMap<string, Severity> = new Map([
  ['LOW', 'Low'],
  ['MODERATE', 'Medium'],
  ['IMPORTANT', 'High'],
  ['CRITICAL', 'Critical'],
]);

const namespaces = new Map<string, Namespace>();

/** One object for all rows of a release. */
function namespaceOfPlatform(platform: string): readonly Namespace[] {
  const release = releaseOfPlatform(platform);
  if (release === undefined) return [];
  const known = namespaces.get(release) ?? namespaceOf(release);
  namespaces.set(release, known);
  return [known];
}

/** `bind is earlier than 30:9.3.3-8.el5`, which is what its test asks. */
const earlier = /^(\S{1,200}) is earlier than (\S{1,200})$/;

/** @param url of the document */
export function oracleProfile(url: string): OvalProfile {
  return { ...profile, url };
}

const profile: Omit<OvalProfile, 'url'> = {
  packageKind: 'binary',
  recognise(comment) {
    const platform = /^(Oracle Linux \d+) is installed$/.exec(comment)?.[1];
    return platform === undefined ? recogniseCommon(comment) : { kind: 'platform', platform };
  },
  namespacesOf: (platforms, definition) => (platforms ?? definition.platforms).flatMap(namespaceOfPlatform),
  // Advisories that were issued twice under one number share the ids of tests, too: the comment still tells them apart.
  wordOf: (comment) => (earlier.test(comment) ? comment : ''),
  factsOfWord(word) {
    const [, name, fixed] = earlier.exec(word) ?? [];
    return name === undefined || fixed === undefined ? undefined : { name, fixed };
  },
  verdictOf: plainVerdict,
  aliasesOf: ({ references }) => references.filter(({ source }) => source === 'elsa').map(({ id }) => id),
  severityOf: (word) => severities.get(word.toUpperCase()) ?? 'Unknown',
  // Both are built apart from the distribution's packages, with versions above theirs: the regular package is fixed by a regular version.
  isOtherMake: (version) => /\.ksplice\d|_fips\b/.test(version),
};
