import { FeedError } from '../../../core/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';

/** Where Red Hat keeps its OVAL v2: a folder a major release, a document a stream, and a list of them in two forms. It is not written any more. */
export const ovalBaseUrl = 'https://security.access.redhat.com/data/oval/v2/';
export const manifestName = 'PULP_MANIFEST';
export const feedName = 'feed.json';

/** The releases that have documents. */
export const ovalMajors: readonly string[] = ['5', '6', '7', '8', '9'];

/** A document: of a release, or of a product on it. */
export interface OvalStream {
  /** Relative to {@link ovalBaseUrl}: `RHEL9/rhel-9-including-unpatched.oval.xml.bz2`. */
  readonly path: string;
  /** `rhel-9`. */
  readonly name: string;
  readonly major: string;
  /** Changes when the document does: its checksum, or the time of its last change. */
  readonly state: string;
  /** SHA-256, where the list has it. */
  readonly sha256?: string;
}

const streamPath = /^RHEL(\d{1,2})\/([A-Za-z0-9][A-Za-z0-9._+-]{0,100}?)(-including-unpatched)?\.oval\.xml\.bz2$/;

/** Lines `path,checksum,size`. @throws FeedError `FEED_MALFORMED` where no line is one of it */
export function readManifest(source: string): readonly OvalStream[] {
  return wholeStreams(
    source.split('\n').map((line) => {
      const [path = '', sha256 = ''] = line.trim().split(',');
      return /^[0-9a-f]{64}$/.test(sha256) ? { path, state: sha256, sha256 } : { path: '', state: '' };
    }),
  );
}

/** The same as JSON, with the time of the last change in place of a checksum. @throws FeedError `FEED_MALFORMED` */
export function readFeedList(source: string): readonly OvalStream[] {
  const entries = member(member(parse(source), 'feed'), 'entry');
  const listed: readonly unknown[] = Array.isArray(entries) ? entries : [];
  return wholeStreams(
    listed.map((entry) => {
      const address = text(member(member(entry, 'content'), 'src')) ?? '';
      return {
        path: address.startsWith(ovalBaseUrl) ? address.slice(ovalBaseUrl.length) : '',
        state: text(member(entry, 'updated')) ?? '',
      };
    }),
  );
}

interface Listed {
  readonly path: string;
  readonly state: string;
  readonly sha256?: string;
}

/** Of the two documents that most streams have, the one with what is not fixed: it holds all of the other. */
function wholeStreams(listed: readonly Listed[]): readonly OvalStream[] {
  const streams = new Map<string, OvalStream>();
  for (const each of listed) {
    const [, major, name, isWhole] = streamPath.exec(each.path) ?? [];
    if (major === undefined || name === undefined) continue;
    const key = `${major}/${name}`;
    if (isWhole !== undefined || !streams.has(key)) streams.set(key, { ...each, name, major });
  }
  if (streams.size === 0) throw new FeedError('FEED_MALFORMED', { url: ovalBaseUrl, reason: 'a list without documents' });
  return [...streams.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
