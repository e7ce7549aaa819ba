import type { CvssVersion } from './metrics.ts';
import { scoreOfCvss } from './score.ts';
import { parseCvss } from './vector.ts';

export interface CvssRating {
  readonly version: CvssVersion;
  /** 0.0 to 10.0, of all that the vector says. */
  readonly score: number;
}

/** Feeds repeat few vectors many times: the last ones are remembered. */
const remembered = new Map<string, CvssRating | undefined>();
const mostRemembered = 4096;

/** Version and score of a vector; undefined where the text is none. Never throws. */
export function rateVector(text: string): CvssRating | undefined {
  const known = remembered.get(text);
  if (known !== undefined || remembered.has(text)) return known;
  const parsed = parseCvss(text);
  const rating = parsed.ok ? { version: parsed.value.version, score: scoreOfCvss(parsed.value) } : undefined;
  if (remembered.size >= mostRemembered) remembered.clear();
  // What is no vector may be of any length.
  if (text.length <= 512) remembered.set(text, rating);
  return rating;
}
