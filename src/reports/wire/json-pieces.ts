import { unreachable } from '../../core/index.ts';

/** One member of the top-level object: a plain value, or a list or map that is written an entry at a time. */
export type JsonMember<N extends string = string> =
  | { readonly kind: 'value'; readonly name: N; readonly value: unknown }
  | { readonly kind: 'list'; readonly name: N; readonly items: Iterable<unknown> }
  | { readonly kind: 'map'; readonly name: N; readonly entries: Iterable<readonly [string, unknown]> };

/** Characters in one piece, about: pieces are few, and no piece is the whole report. */
const pieceLength = 16_384;

/**
 * A JSON object in pieces: every entry of a list or map on a line of its own, so that reports can be compared by line,
 * and never in memory as a whole.
 */
export function* jsonPieces(members: Iterable<JsonMember>): Generator<string> {
  let piece = '{';
  let separator = '\n  ';
  for (const member of members) {
    piece += `${separator}${JSON.stringify(member.name)}: `;
    separator = ',\n  ';
    for (const part of memberParts(member)) {
      piece += part;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
  }
  yield `${piece}\n}\n`;
}

function memberParts(member: JsonMember): Iterable<string> {
  switch (member.kind) {
    case 'value':
      return [JSON.stringify(member.value)];
    case 'list':
      return bracketed('[', ']', itemTexts(member.items));
    case 'map':
      return bracketed('{', '}', entryTexts(member.entries));
    default:
      return unreachable(member);
  }
}

function* itemTexts(items: Iterable<unknown>): Generator<string> {
  for (const item of items) yield JSON.stringify(item);
}

function* entryTexts(entries: Iterable<readonly [string, unknown]>): Generator<string> {
  for (const [key, value] of entries) yield `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}

function* bracketed(open: string, close: string, texts: Iterable<string>): Generator<string> {
  let isEmpty = true;
  yield open;
  for (const text of texts) {
    yield `${isEmpty ? '' : ','}\n    ${text}`;
    isEmpty = false;
  }
  yield isEmpty ? close : `\n  ${close}`;
}
