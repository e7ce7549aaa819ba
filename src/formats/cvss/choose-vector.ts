import { cvssVersions } from './metrics.ts';
import { rateVector } from './rate-vector.ts';

/**
 * The vector that speaks for a record: of the newest version (v4.0, v3.1, v3.0, v2.0) the one that scores highest, of equals the first. Texts that
 * are no vectors do not count.
 */
export function chooseVector(texts: readonly string[]): string | undefined {
  const read = texts.flatMap((text) => {
    const rating = rateVector(text);
    return rating ? [{ text, ...rating }] : [];
  });
  const version = cvssVersions.find((each) => read.some((vector) => vector.version === each));
  const newest = read.filter((vector) => vector.version === version);
  const highest = Math.max(...newest.map(({ score }) => score));
  return newest.find(({ score }) => score === highest)?.text;
}
