export { decompress } from './decompress.ts';
export { detectCompression, magicLength } from './detect-compression.ts';
