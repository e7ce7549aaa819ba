import type { CvssEnrichment, Severity } from '../core/index.ts';
import { baseScoreOfCvss, chooseVector, parseCvss, severityOfScore, severityOfVector } from '../formats/cvss/index.ts';
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
  const parsed = parseCvss(vector);
  if (!parsed.ok) return undefined;
  const { version } = parsed.value;
  const baseScore = baseScoreOfCvss(parsed.value);
  return { version, vectorString: vector, baseScore, baseSeverity: words[severityOfScore(version, baseScore)], source };
}

/** The severity of the vector that speaks for all of them: of the newest version the worst. */
export function severityOfCvss(found: readonly unknown[]): Severity | undefined {
  const vector = chooseVector(found.flatMap((each) => text(member(each, 'vectorString')) ?? []));
  return vector === undefined ? undefined : severityOfVector(vector);
}
