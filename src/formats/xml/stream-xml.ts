import { throwIfAborted } from '../../core/index.ts';
import { XmlReader, type XmlLimits, type XmlRecord } from './xml-reader.ts';

export interface StreamXmlOptions {
  /** How deep records stand: 1 is the children of the root. */
  readonly level: number;
  readonly limits?: Partial<XmlLimits>;
  readonly signal?: AbortSignal | undefined;
}

const MiB = 1024 * 1024;

/** The largest records of real feeds are kernel advisories of SUSE: some 100,000 elements. */
const defaultLimits: XmlLimits = { depth: 64, nodes: 5_000_000, characters: 64 * MiB, tokenCharacters: 8 * MiB };

/**
 * The records of an XML document in UTF-8, one at a time: the elements at a level, each whole, with the name of what they stand in.
 * What stands higher up is passed over. Strict: it ends normally only when the document was whole, so collect before you believe.
 * @throws FeedError `FEED_TRUNCATED` when it ends too early, `FEED_MALFORMED` for anything else that is not XML, for a document type
 * declaration and for nesting beyond the limit; LimitError `LIMIT_READ`; AbortedError
 */
export async function* streamXml(
  body: AsyncIterable<Uint8Array>,
  { level, limits, signal }: StreamXmlOptions,
): AsyncGenerator<XmlRecord, void, undefined> {
  const reader = new XmlReader(level, { ...defaultLimits, ...limits });
  for await (const chunk of body) {
    throwIfAborted(signal);
    for (const record of reader.read(chunk)) yield record;
  }
  for (const record of reader.end()) yield record;
}
