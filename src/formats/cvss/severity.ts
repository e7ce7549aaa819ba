import type { Severity } from '../../core/index.ts';
import type { CvssVersion } from './metrics.ts';
import { rateVector } from './rate-vector.ts';

/**
 * The qualitative scale of the version in our words: `None` of v3 and v4 is Negligible; v2, which has no scale of its own, by NVD's
 * (https://nvd.nist.gov/vuln-metrics/cvss), without Critical.
 */
export function severityOfScore(version: CvssVersion, score: number): Severity {
  if (score === 0 && version !== '2.0') return 'Negligible';
  if (score < 4) return 'Low';
  if (score < 7) return 'Medium';
  return score < 9 || version === '2.0' ? 'High' : 'Critical';
}

/** The severity of a vector's score; undefined where the text is no vector. Never throws. */
export function severityOfVector(text: string): Severity | undefined {
  const rating = rateVector(text);
  return rating && severityOfScore(rating.version, rating.score);
}
