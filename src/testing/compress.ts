import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { bzip2Compress } from './bzip2-encoder.ts';
import { xzStore } from './xz-encoder.ts';

export type TestCompression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const encoders: Readonly<Record<TestCompression, (data: Uint8Array) => Uint8Array>> = {
  none: (data) => data,
  gzip,
  zstd: (data) => zstdCompressSync(data, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
  bzip2: bzip2Compress,
  xz: xzStore,
};

/** The same bytes in another form; the same input gives the same bytes on every machine. */
export function compress(data: Uint8Array, compression: TestCompression): Uint8Array {
  return encoders[compression](data);
}

function gzip(data: Uint8Array): Uint8Array {
  const packed = gzipSync(data);
  // RFC 1952: the byte that names the system; 255 is "unknown".
  packed[9] = 255;
  return packed;
}
