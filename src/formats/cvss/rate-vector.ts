import type { CvssVersion } from './metrics.ts';
import { baseScoreOfCvss, scoreOfCvss } from './score.ts';
import { hasMetrics, parseCvss, type CvssVector } from './vector.ts';

export interface CvssRating {
  readonly version: CvssVersion;
  /** 0.0 to 10.0, of all that the vector says. */
  readonly score: number;
  /** Of the base metrics alone. */
  readonly baseScore: number;
}

/** Feeds repeat few vectors many times: the last ones are remembered. */
const remembered = new Map<string, CvssRating | undefined>();
const mostRemembered = 4096;

/** Version and score of a vector; undefined where the text is none. Never throws. */
export function rateVector(text: string): CvssRating | undefined {
  const known = remembered.get(text);
  if (known !== undefined || remembered.has(text)) return known;
  const parsed = parseCvss(text);
  const rating = parsed.ok ? rate(parsed.value) : undefined;
  if (remembered.size >= mostRemembered) remembered.clear();
  // What is no vector may be of any length.
  if (text.length <= 512) remembered.set(text, rating);
  return rating;
}

function rate(vector: CvssVector): CvssRating {
  const score = scoreOfCvss(vector);
  const isBase = !hasMetrics(vector, 'temporal') && !hasMetrics(vector, 'environmental');
  return { version: vector.version, score, baseScore: isBase ? score : baseScoreOfCvss(vector) };
}
