export { chooseVector } from './choose-vector.ts';
export { rateVector } from './rate-vector.ts';
export { baseScoreOfCvss, scoreOfCvss } from './score.ts';
export { severityOfScore, severityOfVector } from './severity.ts';
export { parseCvss, printCvss } from './vector.ts';
