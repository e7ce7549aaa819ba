export { decompress } from './decompress.ts';
export { detectCompression, magicLength } from './detect-compression.ts';
export { inflateAtMost } from './inflate-at-most.ts';
export { checksumOf, inflateWhole } from './inflate-whole.ts';
export { storedZstd } from './stored-zstd.ts';
