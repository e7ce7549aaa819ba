import type { Advisory, AffectedStatus, Namespace, ParseOptions } from '../../../contracts/index.ts';
import type { FixState } from '../../../core/index.ts';
import { readBundle } from '../../../families/feed-bundle.ts';
import { parseOval, recogniseCommon, type OvalProfile, type OvalStatement, type OvalVerdict } from '../../../families/index.ts';
import type { OvalDefinition, OvalResolution } from '../../../formats/oval/index.ts';
import { severityOf } from './fix-state.ts';
import { majorsOfNamespace, statedProducts } from './oval-products.ts';
import { ovalBaseUrl } from './oval-streams.ts';
import { productNamespace } from './products.ts';

export interface ParseStreamsOptions extends ParseOptions {
  readonly updater: string;
  readonly major: string;
}

/**
 * The advisories of the streams of a release: a bundle with a document each. Ids of definitions are not unique among them.
 * @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`; LimitError; AbortedError
 */
export async function* parseStreams(
  body: AsyncIterable<Uint8Array>,
  { updater, major, ...options }: ParseStreamsOptions,
): AsyncGenerator<Advisory, void, undefined> {
  const sole = `RHEL${major}/rhel-${major}-including-unpatched.oval.xml.bz2`;
  const namespaces = new Map<string, readonly Namespace[]>();
  for await (const { name, body: document } of readBundle(body, sole, options)) {
    if (!document) continue;
    const profile = createProfile(new URL(name, ovalBaseUrl).href, major, namespaces);
    for await (const advisory of parseOval(document, { ...options, updater, profile }))
      yield { ...advisory, part: `${name}#${advisory.part}` };
  }
}

const mostLists = 1000;

function createProfile(url: string, major: string, known: Map<string, readonly Namespace[]>): OvalProfile {
  return {
    packageKind: 'binary',
    url,
    recognise,
    namespacesOf(platforms, { cpes = [] }) {
      if (platforms && !platforms.some((platform) => isOf(platform, major))) return [];
      const key = cpes.join(' ');
      const found = known.get(key) ?? statedNamespaces(cpes, major);
      // Real documents have a dozen different lists.
      if (known.size >= mostLists) known.clear();
      known.set(key, found);
      return found;
    },
    wordOf: (comment) => /^(\S{1,200}) is (?:installed|earlier than )/.exec(comment)?.[1] ?? '',
    verdictOf,
    aliasesOf: ({ references }) => references.filter(({ source }) => /^RH[SBE]A$/.test(source)).map(({ id }) => id),
    severityOf,
  };
}

/** Those that this release's updater answers for: what it says of others would never be asked for. */
function statedNamespaces(cpes: readonly string[], major: string): readonly Namespace[] {
  return statedProducts(cpes, major)
    .flatMap((cpe) => productNamespace(cpe) ?? [])
    .filter(({ key }) => majorsOfNamespace(key).includes(major));
}

/** CoreOS is built from the release, and shares its documents. */
function isOf(platform: string, major: string): boolean {
  return platform === 'CoreOS' || platform === major;
}

function recognise(comment: string): ReturnType<OvalProfile['recognise']> {
  const platform = /^Red Hat (?:Enterprise Linux (\d{1,2})(?: [A-Za-z]{1,20}){0,2}|(CoreOS)(?: \d{1,2})?) is installed$/.exec(comment);
  if (platform) return { kind: 'platform', platform: platform[1] ?? platform[2] ?? '' };
  // An image is of Red Hat's, or it is not asked about.
  if (comment === 'Red Hat Enterprise Linux must be installed') return { kind: 'never' };
  // Whatever kernel runs, it is not the image's.
  if (/ is (?:currently running|set to boot up on next boot)$/.test(comment)) return { kind: 'signature' };
  if (/^kpatch-patch.{0,100} not installed/.test(comment)) return { kind: 'never' };
  // What is not affected is written as what is installed and is not.
  if (comment.endsWith(' is not installed')) return { kind: 'signature' };
  return recogniseCommon(comment);
}

interface State {
  readonly status: AffectedStatus;
  readonly fixState: FixState;
}

const states: ReadonlyMap<string, State> = new Map([
  ['affected', { status: 'affected', fixState: 'not-fixed' }],
  ['fix deferred', { status: 'affected', fixState: 'deferred' }],
  ['will not fix', { status: 'affected', fixState: 'will-not-fix' }],
  ['out of support scope', { status: 'affected', fixState: 'end-of-life' }],
  ['under investigation', { status: 'undetermined', fixState: 'under-investigation' }],
  ['not affected', { status: 'not_affected', fixState: 'unknown' }],
]);
const open: State = { status: 'affected', fixState: 'not-fixed' };
const clear: State = { status: 'not_affected', fixState: 'unknown' };

function verdictOf({ definition, word, range }: OvalStatement): OvalVerdict | undefined {
  if (range === undefined) return undefined;
  if (isUnaffected(definition)) return { range: {}, ...clear };
  if (range.fixed !== undefined) return { range, status: 'affected', fixState: 'fixed' };
  return { range, ...stateOf(word, definition.resolutions ?? []) };
}

function isUnaffected({ id, title }: OvalDefinition): boolean {
  return id.startsWith('oval:com.redhat.unaffected:') || title.startsWith('Unaffected components for:');
}

/** Of the package's own component, by its name or the longest beginning of it (`kernel-rt` of `kernel-rt-core`); else the first. */
function stateOf(name: string, resolutions: readonly OvalResolution[]): State {
  let [best, length] = [resolutions[0], -1];
  for (const resolution of resolutions) {
    for (const written of resolution.components) {
      const component = written.slice(written.lastIndexOf('/') + 1);
      const isOwn = name === component || name.startsWith(`${component}-`);
      if (isOwn && component.length > length) [best, length] = [resolution, component.length];
    }
  }
  return (best && states.get(best.state.toLowerCase())) ?? open;
}
