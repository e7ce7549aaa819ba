export { affectedRanges, type OsvRanges, type OsvUnusable } from './affected-ranges.ts';
export {
  parseOsvRecord,
  type OsvAffected,
  type OsvEvent,
  type OsvEventKind,
  type OsvPackage,
  type OsvRange,
  type OsvRecord,
  type OsvSeverity,
} from './record.ts';
