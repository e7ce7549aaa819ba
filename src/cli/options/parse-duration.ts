const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longest = 10_000 * 86_400_000;

/** `30s`, `15m`, `6h`, `2d` (or 0) as ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const [, digits = '', unit = ''] = match ?? [];
  const duration = Number(digits) * (units[unit] ?? Number.NaN);
  return match !== null && duration <= longest ? duration : undefined;
}
