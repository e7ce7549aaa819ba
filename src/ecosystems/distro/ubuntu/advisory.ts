import type { Namespace } from '../../../contracts/index.ts';
import { fixStates, parseSeverity, type FixState } from '../../../core/index.ts';
import { recogniseCommon, type OvalProfile, type OvalStatement, type OvalVerdict } from '../../../families/index.ts';
import { isEsmVersion } from './esm.ts';
import { namespaceKey, type Audience, type UbuntuEdition } from './series.ts';

const folder = 'https://security-metadata.canonical.com/oval/';

/**
 * Where the documents of a release are, best first: every CVE, with the state of each source package and the names of its binary packages. The
 * release's own tells of ESM too; those of ESM, where there are any, tell of the release too.
 */
export function cveOvalUrls({ series: { codename }, audience }: UbuntuEdition): readonly string[] {
  const names = audience === 'everybody' ? [codename] : [`esm-apps_${codename}`, `esm-infra_${codename}`, codename];
  return names.map((name) => `${folder}com.ubuntu.${name}.cve.oval.xml.bz2`);
}

/** What a statement says of a package; `elsewhere` is fixed, but the document does not know by which version. */
type State = FixState | 'not-affected' | 'elsewhere' | 'untold';

/** The generator's sentences of today and of its first version, by what is in them; the first that fits counts. */
const sentences: readonly (readonly [part: string, state: State])[] = [
  ['not affected', 'not-affected'],
  ['does not exist', 'not-affected'],
  ['no release version available', 'elsewhere'],
  ['has been fixed', 'fixed'],
  ['is not known', 'untold'],
  ['to defer', 'deferred'],
  ['to ignore', 'will-not-fix'],
  ['not be fixed', 'will-not-fix'],
  ['not to fix', 'will-not-fix'],
  ['end of life', 'end-of-life'],
  ['out of support', 'end-of-life'],
  ['may need fixing', 'under-investigation'],
];

/** Of a package that is ignored, why: `end of life, was needs-triage`, `end of standard support`. */
const endOfSupport = /\b(?:end of (?:life|[a-z]+ support)|out of (?:[a-z]+ )?support)\b/;
const ofEsm = ' esm';

/**
 * What a criterion's comment says of a package, which is all that its state is told by: `openssh package in esm-infra/xenial is affected, but a
 * decision has been made to defer addressing it (note: '2023-01-01').` Names of packages, and notes, may say anything.
 */
function wordOf(comment: string): string {
  const start = comment.search(/ package |: /);
  const [said = '', note = ''] = comment.slice(Math.max(start, 0)).toLowerCase().split(' (note', 2);
  const found = sentences.find(([part]) => said.includes(part))?.[1] ?? 'not-fixed';
  const state = found === 'will-not-fix' && endOfSupport.test(note) ? 'end-of-life' : found;
  return / in esm-(?:infra|apps)(?:-legacy)?\//.test(said) ? state + ofEsm : state;
}

function verdictOf({ word, range }: OvalStatement, audience: Audience): OvalVerdict | undefined {
  if (range === undefined) return undefined;
  const state = word.endsWith(ofEsm) ? word.slice(0, -ofEsm.length) : word;
  if (state === 'not-affected') return { range: {}, status: 'not_affected', fixState: 'unknown' };
  if (state === 'elsewhere' || state === 'untold') return { range, status: 'undetermined', fixState: 'unknown' };
  // Without an epoch the generator writes one of 0, which no version has.
  const fixed = range.fixed?.replace(/^0:/, '');
  // Who has Ubuntu Pro has the fix; for all others there is none, and no version of theirs is without the flaw.
  const isForPro = fixed !== undefined && (word.endsWith(ofEsm) || isEsmVersion(fixed));
  if (isForPro && audience === 'everybody') return { range: {}, status: 'affected', fixState: 'not-fixed' };
  const fixState = fixStates.find((each) => each === state) ?? 'unknown';
  return { range: fixed === undefined ? range : { ...range, fixed }, status: 'affected', fixState };
}

export function namespaceOf({ series: { versionId, codename }, audience }: UbuntuEdition): Namespace {
  return { key: namespaceKey(versionId, audience), scheme: 'deb', distribution: { did: 'ubuntu', versionId, versionCodeName: codename } };
}

/** USN-6561-1, as links have it. */
const notice = /\/(USN-\d+-\d+)$/;
/** What no image has. */
const machine = 'a machine';

export function ubuntuProfile(edition: UbuntuEdition): OvalProfile {
  const namespaces = [namespaceOf(edition)];
  return {
    packageKind: 'binary',
    url: cveOvalUrls(edition)[0] ?? '',
    recognise(comment) {
      // A document is of one release: that it is installed says nothing more.
      if (/^Ubuntu [\w. -]+(?: \([\w/-]+\))? is installed\.?$/.test(comment)) return { kind: 'signature' };
      return isOfMachine(comment) ? { kind: 'platform', platform: machine } : recogniseCommon(comment);
    },
    namespacesOf: (platforms) => (platforms?.includes(machine) === true ? [] : namespaces),
    wordOf,
    verdictOf: (statement) => verdictOf(statement, edition.audience),
    aliasesOf: ({ links }) => links.flatMap((link) => notice.exec(link)?.[1] ?? []),
    severityOf: (word) => parseSeverity(word) ?? 'Unknown',
  };
}

/** Kernels are told of by the one that runs; and the document asks what it runs on. */
function isOfMachine(comment: string): boolean {
  return /^Is kernel .{1,200} running\?$/.test(comment) || /^The host is (?:part of the unix family|running Ubuntu )/.test(comment);
}
