import { InputError, LimitError, throwIfAborted, type Limits } from '../../core/index.ts';
import { cleanPath, TarReader, type TarEntry, type TarVisitor } from '../../formats/tar/index.ts';
import type { ByteRange, RandomAccess } from './random-access.ts';

/** Where the content of an archive's members lies. Names are cleaned; of two members of one name the last counts. */
export interface ArchiveIndex {
  /** The regular file of that name, links inside the archive followed. @throws InputError `IMAGE_MALFORMED` for circles and for what is no file */
  find(path: string): ByteRange | undefined;
  has(path: string): boolean;
  /** Whether there is anything in that directory. */
  hasBelow(directory: string): boolean;
  /** Whether the archive ends inside a member. */
  readonly isCut: boolean;
}

export interface IndexOptions {
  readonly limits: Pick<Limits, 'layerEntries' | 'pathBytes'>;
  readonly signal?: AbortSignal | undefined;
}

const blockSize = 512;
/** Several headers in one read, where members are small; where they are large, what was read too much costs next to nothing. */
const windowSize = 16_384;
const maxLinks = 40;
/** Bytes behind the last member after which no other is looked for: the padding of a tape, or whatever was appended. */
const maxIdle = 8 * 1024 * 1024;

type Member =
  | { readonly kind: 'file'; readonly range: ByteRange }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other' };

/**
 * Reads the headers of a tar and steps over the contents, so that it takes a read for each large member, whatever their size.
 *
 * @throws InputError `TAR_CORRUPT`; LimitError `LIMIT_LAYER_ENTRIES`; AbortedError
 */
export async function indexArchive(source: RandomAccess, options: IndexOptions): Promise<ArchiveIndex> {
  const members = new Map<string, Member>();
  const visitor = new MemberVisitor(members, options.limits.layerEntries);
  const reader = new TarReader(visitor, { pathBytes: options.limits.pathBytes });
  const window = new Window(source);
  let at = 0;
  while (at < source.size && at - visitor.contentEnd < maxIdle) {
    throwIfAborted(options.signal);
    const block = await window.block(at);
    at += block.length;
    visitor.position = at;
    reader.write(block);
    at += reader.skipContent();
  }
  const isCut = at >= source.size + blockSize || !hasEnded(reader);
  return {
    isCut,
    has: (path) => members.has(cleanPath(path)),
    hasBelow: (directory) => members.keys().some((name) => name.startsWith(`${directory}/`)),
    find: (path) => findFile(members, path, source.size),
  };
}

function hasEnded(reader: TarReader): boolean {
  try {
    reader.end();
    return true;
  } catch {
    return false;
  }
}

function findFile(members: ReadonlyMap<string, Member>, path: string, size: number): ByteRange | undefined {
  let name = cleanPath(path);
  for (let links = 0; links < maxLinks; links += 1) {
    const member = members.get(name);
    if (!member) return undefined;
    if (member.kind === 'other') throw new InputError('IMAGE_MALFORMED', { file: path, reason: 'not a regular file' });
    if (member.kind === 'file') {
      const { offset, length } = member.range;
      if (offset + length > size) throw new InputError('IMAGE_MALFORMED', { file: path, reason: 'ends early' });
      return member.range;
    }
    name = member.target;
  }
  throw new InputError('IMAGE_MALFORMED', { file: path, reason: 'links form a circle' });
}

/** Keeps the place of each member. */
class MemberVisitor implements TarVisitor {
  readonly #members: Map<string, Member>;
  readonly #maxMembers: number;
  /** Behind the block that is being read. */
  position = 0;
  /** Behind the content of the last member. */
  contentEnd = 0;

  constructor(members: Map<string, Member>, maxMembers: number) {
    this.#members = members;
    this.#maxMembers = maxMembers;
  }

  entry({ path, header }: TarEntry): undefined {
    this.contentEnd = this.position + header.size;
    this.#members.set(path, this.#toMember(path, header));
    if (this.#members.size > this.#maxMembers) throw new LimitError('LIMIT_LAYER_ENTRIES', { limit: this.#maxMembers });
  }

  /** Names that had to be mended are of no consequence here: what is asked for is found under its name or not. */
  diagnostic(): void {}

  #toMember(path: string, header: TarEntry['header']): Member {
    const { type, size, linkTarget = '' } = header;
    if (type === 'file') return { kind: 'file', range: { offset: this.position, length: size } };
    if (type === 'hardlink') return { kind: 'link', target: linkTarget };
    if (type !== 'symlink') return { kind: 'other' };
    const target = linkTarget.startsWith('/') ? linkTarget : `${path.slice(0, path.lastIndexOf('/') + 1)}${linkTarget}`;
    return { kind: 'link', target: cleanPath(target) };
  }
}

/** Blocks of a source, several of them for each read. */
class Window {
  readonly #source: RandomAccess;
  #bytes: Uint8Array = new Uint8Array();
  #offset = 0;

  constructor(source: RandomAccess) {
    this.#source = source;
  }

  /** The block at that offset; shorter at the end of the source. */
  async block(offset: number): Promise<Uint8Array> {
    const isInside = offset >= this.#offset && offset + blockSize <= this.#offset + this.#bytes.length;
    if (!isInside) {
      this.#bytes = await this.#source.read(offset, windowSize);
      this.#offset = offset;
      if (this.#bytes.length === 0) throw new InputError('IMAGE_MALFORMED', { reason: 'ends early', offset });
    }
    return this.#bytes.subarray(offset - this.#offset, offset - this.#offset + blockSize);
  }
}
