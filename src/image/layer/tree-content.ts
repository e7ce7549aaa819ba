import { InputError, type TreeEntry } from '../../core/index.ts';
import type { ContentKeeper, KeptContent } from './kept-content.ts';

/** The content of a file of a directory tree: read when somebody asks, then kept. */
export function treeContent(entry: TreeEntry, keeper: ContentKeeper, signal: AbortSignal | undefined): KeptContent {
  let loading: Promise<KeptContent> | undefined;
  const load = (): Promise<KeptContent> => (loading ??= loadAll(entry, keeper, signal));
  return { size: entry.header.size, read: async (offset, length) => (await load()).read(offset, length) };
}

/** The first bytes, without the rest. @throws InputError `LAYER_UNREADABLE` */
export async function readHead(entry: TreeEntry, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const head = new Uint8Array(Math.min(length, entry.header.size));
  let filled = 0;
  for await (const chunk of open(entry, signal)) {
    const part = chunk.subarray(0, head.length - filled);
    head.set(part, filled);
    filled += part.length;
    if (filled === head.length) break;
  }
  return head.subarray(0, filled);
}

/** A file that grew or shrank since it was listed is as long as it was, or shorter. */
async function loadAll(entry: TreeEntry, keeper: ContentKeeper, signal: AbortSignal | undefined): Promise<KeptContent> {
  const { size } = entry.header;
  const writer = keeper.create(size);
  let length = 0;
  for await (const chunk of open(entry, signal)) {
    const part = chunk.subarray(0, size - length);
    writer.write(part);
    length += part.length;
    if (length === size) break;
  }
  writer.end();
  const { content } = writer;
  return length === size
    ? content
    : { size: length, read: (offset, count) => content.read(offset, Math.max(0, Math.min(count, length - offset))) };
}

async function* open(entry: TreeEntry, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* entry.open({ signal });
  } catch (cause) {
    throw new InputError('LAYER_UNREADABLE', { path: entry.path }, { cause });
  }
}
