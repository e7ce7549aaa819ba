export { jsonWriter } from './json-writer.ts';
export { countFindings } from './table/findings.ts';
export { printable } from './table/printable.ts';
export { displayWidth } from './table/display-width.ts';
export { grid } from './table/grid.ts';
export { tableWriter } from './table/table-writer.ts';
export { pad, truncate } from './table/wrap.ts';
export * from './wire/index.ts';
