import { FeedError } from '../../core/index.ts';
import { streamXml } from '../xml/index.ts';
import { parseCriteria, type OvalCriteria } from './criteria.ts';
import { parseDefinition, type OvalDefinition } from './definition.ts';
import {
  parseObject,
  parseState,
  parseTest,
  parseVariable,
  type OvalObject,
  type OvalState,
  type OvalTest,
  type OvalVariable,
} from './test.ts';

/** A piece of a document. They come in the order of the schema: all definitions, then all tests, objects, states, variables. */
export type OvalPiece =
  | { readonly kind: 'definition'; readonly definition: OvalDefinition; readonly criteria: OvalCriteria | undefined }
  | { readonly kind: 'test'; readonly test: OvalTest }
  | { readonly kind: 'object'; readonly object: OvalObject }
  | { readonly kind: 'state'; readonly state: OvalState }
  | { readonly kind: 'variable'; readonly variable: OvalVariable }
  /** Something that has no id or a name that is not known. */
  | { readonly kind: 'unreadable'; readonly section: string };

/** Of one definition: elements and attributes, characters. The largest real ones, of kernels at SUSE, have a third of the one, a tenth of the other. */
const limits = { nodes: 1_000_000, characters: 32 * 1024 * 1024 } as const;

/** What stands in `oval_definitions`, in the order of the schema. */
const sections = ['generator', 'definitions', 'tests', 'objects', 'states', 'variables'];

/**
 * The pieces of an OVAL document, one at a time.
 * @throws FeedError `FEED_TRUNCATED`, `FEED_MALFORMED` (also for what is XML and no OVAL, and for sections out of order); LimitError; AbortedError
 */
export async function* streamOval(
  body: AsyncIterable<Uint8Array>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<OvalPiece, void, undefined> {
  let last = 0;
  let hasDefinitions = false;
  for await (const { parent, element } of streamXml(body, { level: 2, limits, signal: options.signal })) {
    const section = sections.indexOf(parent);
    if (section < last) throw new FeedError('FEED_MALFORMED', { reason: section === -1 ? 'no OVAL' : 'sections are out of order' });
    last = section;
    hasDefinitions ||= parent === 'definitions';
    if (parent !== 'generator') yield toPiece(parent, element);
  }
  if (!hasDefinitions && last === 0) throw new FeedError('FEED_MALFORMED', { reason: 'no definitions' });
}

function toPiece(section: string, element: Parameters<typeof parseDefinition>[0]): OvalPiece {
  if (section === 'definitions') {
    const definition = parseDefinition(element);
    return definition ? { kind: 'definition', definition, criteria: parseCriteria(element) } : { kind: 'unreadable', section };
  }
  if ((element.attributes.get('id') ?? '') === '') return { kind: 'unreadable', section };
  switch (section) {
    case 'tests':
      return { kind: 'test', test: parseTest(element) };
    case 'objects':
      return { kind: 'object', object: parseObject(element) };
    case 'states':
      return { kind: 'state', state: parseState(element) };
    case 'variables':
      return { kind: 'variable', variable: parseVariable(element) };
    default:
      return { kind: 'unreadable', section };
  }
}
