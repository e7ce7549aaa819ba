import { LimitError } from '../../core/index.ts';
import { localName, type XmlElement } from './xml-element.ts';

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

export interface ElementLimits {
  /** Elements and attributes of one record. */
  readonly nodes: number;
  /** Characters of one record. */
  readonly characters: number;
}

const noAttributes: ReadonlyMap<string, string> = new Map();

/** Puts one record together, element by element. */
export class ElementBuilder {
  readonly #open: OpenElement[] = [];
  readonly #limits: ElementLimits;
  #nodes = 0;
  #characters = 0;

  constructor(limits: ElementLimits) {
    this.#limits = limits;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const entries = Object.entries(attributes);
    this.#count(1 + entries.length, 0);
    const named = entries.length === 0 ? noAttributes : new Map(entries.map(([key, value]) => [localName(key), this.#bounded(value)]));
    this.#open.push({ name: localName(name), attributes: named, children: [], text: '' });
  }

  text(text: string): void {
    const last = this.#open.at(-1);
    if (last) last.text += this.#bounded(text);
  }

  /** Closes the innermost; gives the record when that was its outermost element. */
  close(): XmlElement | undefined {
    const element = this.#open.pop();
    if (!element) return undefined;
    const parent = this.#open.at(-1);
    if (!parent) return element;
    parent.children.push(element);
    // Space between elements is no text of theirs.
    if (element.children.length > 0 && element.text.trim() === '') element.text = '';
    return undefined;
  }

  #bounded(text: string): string {
    this.#count(0, text.length);
    return text;
  }

  #count(nodes: number, characters: number): void {
    this.#nodes += nodes;
    this.#characters += characters;
    if (this.#nodes > this.#limits.nodes) throw new LimitError('LIMIT_READ', { what: 'elements of a record', limit: this.#limits.nodes });
    if (this.#characters > this.#limits.characters) {
      throw new LimitError('LIMIT_READ', { what: 'characters of a record', limit: this.#limits.characters });
    }
  }
}
