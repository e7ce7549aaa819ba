import type { CvssEnrichment, Severity } from '../core/index.ts';
import { chooseVector, rateVector, severityOfScore, severityOfVector } from '../formats/cvss/index.ts';
import { member, text } from '../formats/json-stream/index.ts';

/** In CVSS' own words; those of v2 are NVD's, and it has no CRITICAL. */
const words: Readonly<Record<Severity, string>> = {
  Unknown: 'NONE',
  Negligible: 'NONE',
  Low: 'LOW',
  Medium: 'MEDIUM',
  High: 'HIGH',
  Critical: 'CRITICAL',
};

/** @returns undefined where the text is no vector */
export function toCvssEnrichment(vector: string, source: string): CvssEnrichment | undefined {
  const rating = rateVector(vector);
  if (!rating) return undefined;
  const { version, baseScore } = rating;
  return { version, vectorString: vector, baseScore, baseSeverity: words[severityOfScore(version, baseScore)], source };
}

/** The severity of the vector that speaks for all of them: of the newest version the worst. */
export function severityOfCvss(found: readonly unknown[]): Severity | undefined {
  const vector = chooseVector(found.flatMap((each) => text(member(each, 'vectorString')) ?? []));
  return vector === undefined ? undefined : severityOfVector(vector);
}
