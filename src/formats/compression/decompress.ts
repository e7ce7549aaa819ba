import { LimitError, throwIfAborted, type Limits } from '../../core/index.ts';
import { ByteReader } from './byte-reader.ts';
import { coalesce } from './coalesce.ts';
import { detectCompression, magicLength, type Compression } from './detect-compression.ts';
import { gunzip, type Checksums } from './gzip.ts';
import { unzstd } from './zstd.ts';

export interface DecompressOptions {
  readonly limits: Pick<Limits, 'layerBytes' | 'ratio' | 'ratioFloor'>;
  /** Bytes of the source read so far, as they come. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** `leave` for whoever holds what comes out against a digest. gzip's checksums are verified if absent; those of other forms always. */
  readonly checksums?: Checksums | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A stream that is decoded while it is read; the figures are of what was read so far. */
export interface Decompressed {
  readonly stream: AsyncIterable<Uint8Array>;
  /** Known once the first chunk came. */
  readonly compression: Compression | undefined;
  /** Bytes read of the source. */
  readonly compressedBytes: number;
  /** Bytes given out. */
  readonly bytes: number;
}

/** Smaller chunks are joined: an iterator's turn costs as much as some 10 KiB of inflating. */
const chunkFloor = 65_536;

const decoders: Readonly<Record<Compression, (reader: ByteReader, checksums?: Checksums) => AsyncIterable<Uint8Array>>> = {
  none: plain,
  gzip: (reader, checksums) => coalesce(gunzip(reader, checksums), chunkFloor),
  zstd: (reader) => coalesce(unzstd(reader), chunkFloor),
  // Rare, and large: loaded when the first of them comes.
  async *bzip2(reader) {
    const { unbzip2 } = await import('./bzip2.ts');
    yield* unbzip2(reader);
  },
  async *xz(reader) {
    const { unxz } = await import('./xz.ts');
    yield* unxz(reader);
  },
};

/**
 * Decodes gzip, zstd, bzip2 and xz, told apart by their first bytes; anything else passes as it is.
 * Chunks are about 512 KiB at most. The stream can be read once; left early, it closes its source.
 *
 * Reading it throws InputError `COMPRESSION_CORRUPT` (damaged, or ends too early), `COMPRESSION_UNSUPPORTED`;
 * LimitError `LIMIT_LAYER_SIZE`, `LIMIT_RATIO` (counted beyond `ratioFloor` bytes); AbortedError; and what the source throws.
 */
export function decompress(source: AsyncIterable<Uint8Array>, options: DecompressOptions): Decompressed {
  const reader = new ByteReader(coalesce(source, chunkFloor), options.signal);
  const state: { compression: Compression | undefined; bytes: number } = { compression: undefined, bytes: 0 };

  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      throwIfAborted(options.signal);
      await reader.ensure(magicLength);
      state.compression = detectCompression(reader.buffered);
      for await (const chunk of decoders[state.compression](reader, options.checksums)) {
        throwIfAborted(options.signal);
        state.bytes += chunk.length;
        checkLimits(state.bytes, reader.received, options.limits);
        options.onProgress?.(reader.received);
        yield chunk;
      }
    } finally {
      await reader.close();
    }
  }

  return {
    stream: stream(),
    get compression() {
      return state.compression;
    },
    get compressedBytes() {
      return reader.received;
    },
    get bytes() {
      return state.bytes;
    },
  };
}

async function* plain(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let chunk = await reader.next(); chunk; chunk = await reader.next()) yield chunk;
}

function checkLimits(bytes: number, compressedBytes: number, limits: DecompressOptions['limits']): void {
  if (bytes > limits.layerBytes) throw new LimitError('LIMIT_LAYER_SIZE', { limit: limits.layerBytes });
  if (bytes > limits.ratioFloor && bytes > limits.ratio * compressedBytes) throw new LimitError('LIMIT_RATIO', { limit: limits.ratio });
}
