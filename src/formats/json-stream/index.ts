export type { JsonPiece } from './json-reader.ts';
export * from './json-pointer.ts';
export * from './json-shape.ts';
export * from './stream-json.ts';
