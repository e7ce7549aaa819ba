export type * from './csaf-document.ts';
export { parseCsaf } from './parse-csaf.ts';
export { parsePurl } from './parse-purl.ts';
