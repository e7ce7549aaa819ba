const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * ms of a whole number of seconds, as v0.0.7 takes it, or of a duration as Go writes it: `5`, `1.5s`, `500ms`, `1m30s`
 * (https://pkg.go.dev/time#ParseDuration). Undefined for anything else.
 */
export function parseGoDuration(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h)){1,7}$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)([a-zµ]+)/g)];
  return Math.round(parts.reduce((sum, [, number = '', unit = '']) => sum + Number(number) * (units[unit] ?? Number.NaN), 0));
}
