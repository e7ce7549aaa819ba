export type * from './csaf-document.ts';
export { parseCsaf } from './parse-csaf.ts';
export { parsePurl, type PackageUrl } from './parse-purl.ts';
