export { chooseVector } from './choose-vector.ts';
export type { CvssVersion } from './metrics.ts';
export { rateVector, type CvssRating } from './rate-vector.ts';
export { baseScoreOfCvss, scoreOfCvss } from './score.ts';
export { severityOfScore, severityOfVector } from './severity.ts';
export { parseCvss, printCvss, type CvssParsed, type CvssVector } from './vector.ts';
