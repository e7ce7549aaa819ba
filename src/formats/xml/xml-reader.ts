import { SaxesParser } from 'saxes';
import { FeedError, LimitError } from '../../core/index.ts';
import { ElementBuilder, type ElementLimits } from './element-builder.ts';
import { localName, type XmlElement } from './xml-element.ts';

/** A record of a document, and the element that it stands in. */
export interface XmlRecord {
  readonly parent: string;
  readonly element: XmlElement;
}

export interface XmlLimits extends ElementLimits {
  /** Nested elements. */
  readonly depth: number;
  /** Characters of a single token: a tag with its attributes, a run of text, a comment. */
  readonly tokenCharacters: number;
}

/** So many characters are parsed at a time: how far a token can pass its limit before it is noticed. */
const step = 65_536;

/**
 * Cuts a document into records: the elements that stand so many levels below its root. XML 1.0 as far as feeds use it: a document type
 * declaration is refused, so there are no entities but the five of XML, and nothing is fetched from anywhere.
 */
export class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: false });
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #limits: XmlLimits;
  readonly #level: number;
  readonly #path: string[] = [];
  #records: XmlRecord[] = [];
  #builder: ElementBuilder | undefined;
  /** Characters since the parser last told of anything. */
  #silent = 0;
  #root: string | undefined;

  /** @param level how deep records stand: 1 is the children of the root */
  constructor(level: number, limits: XmlLimits) {
    this.#level = level;
    this.#limits = limits;
    this.#listen();
  }

  /** Local name of the document's root, once it was read. */
  get root(): string | undefined {
    return this.#root;
  }

  /** The records that end in this chunk. @throws FeedError, LimitError */
  read(chunk: Uint8Array): readonly XmlRecord[] {
    this.#write(this.#decode(chunk, true));
    return this.#take();
  }

  /** @throws FeedError `FEED_TRUNCATED` unless the document was whole */
  end(): readonly XmlRecord[] {
    this.#write(this.#decode(new Uint8Array(), false));
    if (this.#root === undefined || this.#path.length > 0) throw new FeedError('FEED_TRUNCATED', { reason: 'the document has no end' });
    this.#parser.close();
    return this.#take();
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('error', (cause) => {
      throw new FeedError('FEED_MALFORMED', { reason: 'not well-formed XML' }, { cause });
    });
    parser.on('doctype', () => {
      throw new FeedError('FEED_MALFORMED', { reason: 'a document type declaration' });
    });
    parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes as Readonly<Record<string, string>>));
    parser.on('closetag', () => this.#close());
    const text = (value: string): void => {
      this.#silent = 0;
      this.#builder?.text(value);
    };
    parser.on('text', text);
    parser.on('cdata', text);
    parser.on('comment', () => (this.#silent = 0));
    parser.on('processinginstruction', () => (this.#silent = 0));
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#silent = 0;
    if (this.#path.length >= this.#limits.depth) throw new FeedError('FEED_MALFORMED', { reason: 'nested too deep' });
    if (this.#path.length === this.#level) this.#builder = new ElementBuilder(this.#limits);
    this.#root ??= localName(name);
    this.#path.push(localName(name));
    this.#builder?.open(name, attributes);
  }

  #close(): void {
    this.#silent = 0;
    this.#path.pop();
    const element = this.#builder?.close();
    if (!element) return;
    this.#builder = undefined;
    this.#records.push({ parent: this.#path.at(-1) ?? '', element });
  }

  #write(text: string): void {
    for (let at = 0; at < text.length; at += step) {
      const part = text.slice(at, at + step);
      this.#silent += part.length;
      this.#parser.write(part);
      if (this.#silent > this.#limits.tokenCharacters) {
        throw new LimitError('LIMIT_READ', { what: 'characters of a piece of XML', limit: this.#limits.tokenCharacters });
      }
    }
  }

  #decode(chunk: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(chunk, { stream });
    } catch (cause) {
      throw new FeedError('FEED_MALFORMED', { reason: 'not UTF-8' }, { cause });
    }
  }

  #take(): readonly XmlRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}
