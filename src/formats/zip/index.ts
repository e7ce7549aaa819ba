export type { ZipEntry } from './entry.ts';
export { openZip, type ZipArchive } from './open-zip.ts';
export { bytesSource, type ZipSource } from './source.ts';
