import type { Namespace } from '../../../contracts/index.ts';
import { fixStates, parseSeverity, type FixState } from '../../../core/index.ts';
import { recogniseCommon, type OvalProfile, type OvalStatement, type OvalVerdict } from '../../../families/index.ts';
import { namespaceKey, type UbuntuSeries } from './series.ts';

/** One document a release: every CVE, with the state of each source package and the names of its binary packages. */
export function cveOvalUrl({ codename }: UbuntuSeries): string {
  return `https://security-metadata.canonical.com/oval/com.ubuntu.${codename}.cve.oval.xml.bz2`;
}

const notAffected = 'not-affected';

/**
 * What a criterion's comment says of a package, which is all that its state is told by: `openssh package in jammy is affected, but a
 * decision has been made to defer addressing it (note: '2023-01-01').` The note may say anything and is not looked at.
 */
function wordOf(comment: string): FixState | typeof notAffected {
  const said = comment.split(' (note', 1)[0]?.toLowerCase() ?? '';
  if (said.includes('not affected') || said.includes('does not exist')) return notAffected;
  if (said.includes('has been fixed')) return 'fixed';
  if (said.includes('defer')) return 'deferred';
  if (said.includes('ignore') || said.includes('not be fixed') || said.includes('not to fix')) return 'will-not-fix';
  if (said.includes('end of life') || said.includes('out of support')) return 'end-of-life';
  return 'not-fixed';
}

/** Versions that only Ubuntu Pro has: `2.5.0-1ubuntu0.1~esm1`. */
const esmVersion = /[~+]esm\d/;

function verdictOf({ word, range }: OvalStatement): OvalVerdict | undefined {
  if (range === undefined) return undefined;
  if (word === notAffected) return { range: {}, status: 'not_affected', fixState: 'unknown' };
  // Who has Ubuntu Pro has the fix, and its version says so; for all others there is none.
  if (range.fixed !== undefined) return { range, status: 'affected', fixState: esmVersion.test(range.fixed) ? 'not-fixed' : 'fixed' };
  const fixState = fixStates.find((each) => each === word);
  return { range, status: 'affected', fixState: fixState === undefined || fixState === 'fixed' ? 'unknown' : fixState };
}

export function namespaceOf({ versionId, codename }: UbuntuSeries): Namespace {
  return { key: namespaceKey(versionId), scheme: 'deb', distribution: { did: 'ubuntu', versionId, versionCodeName: codename } };
}

/** USN-6561-1, as links have it. */
const notice = /\/(USN-\d+-\d+)$/;

export function ubuntuProfile(series: UbuntuSeries): OvalProfile {
  const namespaces = [namespaceOf(series)];
  return {
    packageKind: 'binary',
    url: cveOvalUrl(series),
    recognise(comment) {
      const platform = /^(Ubuntu [\w. ]+?) \(\w+\) is installed\.?$/.exec(comment)?.[1];
      return platform === undefined ? recogniseCommon(comment) : { kind: 'platform', platform };
    },
    namespacesOf: () => namespaces,
    wordOf,
    verdictOf,
    aliasesOf: ({ links }) => links.flatMap((link) => notice.exec(link)?.[1] ?? []),
    severityOf: (word) => parseSeverity(word) ?? 'Unknown',
  };
}
