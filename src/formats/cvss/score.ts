import { scoreOfCvss2 } from './score-v2.ts';
import { scoreOfCvss3 } from './score-v3.ts';
import { scoreOfCvss4 } from './score-v4.ts';
import { cvssMetrics } from './metrics.ts';
import type { CvssVector } from './vector.ts';

/**
 * The score of all that the vector says, 0.0 to 10.0 with one decimal: with temporal (v4: threat) and environmental metrics where it has them.
 * Exact to the specification of its version.
 */
export function scoreOfCvss(vector: CvssVector): number {
  switch (vector.version) {
    case '4.0':
      return scoreOfCvss4(vector);
    case '3.1':
    case '3.0':
      return scoreOfCvss3(vector);
    case '2.0':
      return scoreOfCvss2(vector);
  }
}

/** The score of the base metrics alone. */
export function baseScoreOfCvss(vector: CvssVector): number {
  const base = cvssMetrics[vector.version].filter(({ group }) => group === 'base').map(({ name }) => name);
  return scoreOfCvss({ version: vector.version, metrics: new Map([...vector.metrics].filter(([name]) => base.includes(name))) });
}
