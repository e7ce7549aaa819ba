export { affectedRanges, type OsvRanges } from './affected-ranges.ts';
export { parseOsvRecord, type OsvAffected, type OsvEvent, type OsvRecord } from './record.ts';
