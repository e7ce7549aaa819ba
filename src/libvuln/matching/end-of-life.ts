import type { Matcher } from '../../contracts/index.ts';
import { compareText, diagnostic, type Diagnostic, type IndexReport } from '../../core/index.ts';

/** A warning for each distribution of the image that was out of support at that time; sorted by what they say. */
export function endOfLife(report: IndexReport, matchers: readonly Matcher[], now: Date): readonly Diagnostic[] {
  const today = now.toISOString().slice(0, 10);
  const said = new Map<string, Diagnostic>();
  for (const distribution of report.distributions.values()) {
    const name = `${distribution.did || distribution.name} ${distribution.versionId || distribution.version}`;
    for (const matcher of matchers) {
      const last = matcher.endOfLife?.(distribution);
      if (last !== undefined && last < today)
        said.set(name, diagnostic('DISTRIBUTION_END_OF_LIFE', { data: { distribution: name, supportedUntil: last } }));
    }
  }
  return [...said].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one);
}
