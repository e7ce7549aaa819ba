export type { ZipEntry } from './entry.ts';
export { defaultZipLimits, openZip, type ZipArchive, type ZipLimits, type ZipOptions } from './open-zip.ts';
export { bytesSource, type ZipSource } from './source.ts';
