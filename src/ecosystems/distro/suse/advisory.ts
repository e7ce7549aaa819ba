import type { Severity } from '../../../core/index.ts';
import { plainVerdict, recogniseCommon, type OvalProfile, type OvalStatement, type OvalVerdict } from '../../../families/index.ts';
import { urlsOf } from './feed-files.ts';
import { productOf, releasesOfProduct } from './products.ts';
import { namespaceKey, namespaceOf, type SuseRelease } from './release.ts';

const severities: ReadonlyMap<string, Severity> = new Map([
  ['low', 'Low'],
  ['moderate', 'Medium'],
  ['medium', 'Medium'],
  ['important', 'High'],
  ['high', 'High'],
  ['critical', 'Critical'],
]);

/** `kernel-default is not affected`, with a test that holds for no version; `kernel-default is affected`, with one that holds for all. */
const notAffected = 'not affected';

function verdictOf(statement: OvalStatement): OvalVerdict | undefined {
  if (statement.word === notAffected) return { range: {}, status: 'not_affected', fixState: 'unknown' };
  const verdict = plainVerdict(statement);
  return verdict && isLowest(verdict.range.introduced) ? { ...verdict, range: {} } : verdict;
}

/** Above `0:0-0` lies every version: what is affected and not fixed is told so. */
function isLowest(introduced: string | undefined): boolean {
  return introduced !== undefined && /^0:0-0\^?$/.test(introduced);
}

/** Of a document those statements that are about one release: of a major version's it has all. */
export function suseProfile(release: SuseRelease): OvalProfile {
  const namespaces = [namespaceOf(release)];
  const wanted = namespaceKey(release);
  const isOurs = (product: string): boolean => releasesOfProduct(product).some((found) => namespaceKey(found) === wanted);
  return {
    packageKind: 'binary',
    url: urlsOf(release)[0] ?? '',
    recognise(comment) {
      const platform = productOf(comment);
      return platform === undefined ? recogniseCommon(comment) : { kind: 'platform', platform };
    },
    namespacesOf: (platforms, definition) => ((platforms ?? definition.platforms).some(isOurs) ? namespaces : []),
    wordOf: (comment) => (comment.endsWith(' is not affected') ? notAffected : ''),
    verdictOf,
    aliasesOf: ({ references }) => references.filter(({ source }) => source === 'SUSE-SU').map(({ id }) => id),
    severityOf: (word) => severities.get(word.toLowerCase()) ?? 'Unknown',
  };
}
