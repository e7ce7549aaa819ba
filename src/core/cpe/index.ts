export * from './cpe.ts';
export { toFormattedString } from './formatted-string.ts';
export { parseCpe } from './parse-cpe.ts';
export { isCpeSuperset, isProductSuperset } from './superset.ts';
export { toCpeUri } from './uri.ts';
