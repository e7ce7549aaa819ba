export { decompress, type Decompressed, type DecompressOptions } from './decompress.ts';
export { compressions, detectCompression, magicLength, type Compression } from './detect-compression.ts';
