import { LimitError, throwIfAborted } from '../core/index.ts';

export interface ReadLinesOptions {
  /** Characters of one line; 4,096 if absent. */
  readonly longest?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lines of a text in UTF-8, without their ends (LF or CR LF); what is no UTF-8 becomes U+FFFD. No more than a chunk and a line are held.
 * @throws LimitError `LIMIT_READ` for a longer line; AbortedError
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  { longest = 4096, signal }: ReadLinesOptions = {},
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    throwIfAborted(signal);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield checked(line, longest);
    checked(rest, longest);
  }
  rest += decoder.decode();
  if (rest !== '') yield checked(rest, longest);
}

function checked(line: string, longest: number): string {
  if (line.length > longest) throw new LimitError('LIMIT_READ', { what: 'a line', limit: longest });
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
