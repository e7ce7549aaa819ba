export { parseOval, type ParseOvalOptions } from './parse-oval.ts';
export {
  plainVerdict,
  recogniseCommon,
  type OvalProfile,
  type OvalStatement,
  type OvalVerdict,
  type RecognisedCriterion,
} from './oval-profile.ts';
export type { OvalCounts } from './oval-tally.ts';
export { createOvalUpdater, type OvalUpdaterOptions } from './oval-updater.ts';
