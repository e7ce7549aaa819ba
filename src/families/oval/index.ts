export { parseOval } from './parse-oval.ts';
export { plainVerdict, recogniseCommon, type OvalProfile, type OvalStatement, type OvalVerdict } from './oval-profile.ts';
export type { OvalCounts } from './oval-tally.ts';
export { createOvalUpdater } from './oval-updater.ts';
