/** The normalised severities, least first, in Clair's words. */
export const severities = ['Unknown', 'Negligible', 'Low', 'Medium', 'High', 'Critical'] as const;
export type Severity = (typeof severities)[number];

/** −1, 0 or 1, least severe first. */
export function compareSeverity(a: Severity, b: Severity): -1 | 0 | 1 {
  return Math.sign(severities.indexOf(a) - severities.indexOf(b)) as -1 | 0 | 1;
}

/** The severity of that name, whatever its case. */
export function parseSeverity(text: string): Severity | undefined {
  const wanted = text.toLowerCase();
  return severities.find((severity) => severity.toLowerCase() === wanted);
}
