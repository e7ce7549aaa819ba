import { cvssMetrics, notDefined, type CvssMetric, type CvssVersion } from './metrics.ts';

/** A CVSS vector that is complete and valid. */
export interface CvssVector {
  readonly version: CvssVersion;
  /** Metric to value, in the order in which they are written. */
  readonly metrics: ReadonlyMap<string, string>;
}

export type CvssParsed = { readonly ok: true; readonly value: CvssVector } | { readonly ok: false; readonly reason: string };

/** Longer than a vector of v4.0 with all its metrics. */
const longest = 512;

const prefixes: readonly (readonly [string, CvssVersion])[] = [
  ['CVSS:4.0/', '4.0'],
  ['CVSS:3.1/', '3.1'],
  ['CVSS:3.0/', '3.0'],
];

/**
 * Reads a vector of CVSS v2.0 (no prefix), v3.0, v3.1 or v4.0. Never throws. Metrics stand in the order of the specification, and v2's groups are
 * whole or absent; v3's metrics may stand in any order, as its specification asks of those who read them (6).
 */
export function parseCvss(text: string): CvssParsed {
  if (text.length > longest) return { ok: false, reason: 'too long' };
  const [prefix, version] = prefixes.find(([each]) => text.startsWith(each)) ?? ['', '2.0' as const];
  const written = readMetrics(version, text.slice(prefix.length));
  if (typeof written === 'string') return { ok: false, reason: written };
  const wrong = cvssMetrics[version].find(({ name, group }) => group === 'base' && !written.has(name));
  if (wrong !== undefined) return { ok: false, reason: `no ${wrong.name}` };
  if (version === '2.0' && !hasWholeGroups(written)) return { ok: false, reason: 'a group of metrics is not whole' };
  return { ok: true, value: { version, metrics: written } };
}

/** The text that {@link parseCvss} reads the same vector from: what it was read from. */
export function printCvss({ version, metrics }: CvssVector): string {
  const written = [...metrics].map(([name, value]) => `${name}:${value}`).join('/');
  return version === '2.0' ? written : `CVSS:${version}/${written}`;
}

/** The metric's value; undefined where it is absent or "not defined". */
export function definedMetric({ version, metrics }: CvssVector, name: string): string | undefined {
  const value = metrics.get(name);
  return value === notDefined[version] ? undefined : value;
}

/** Whether any metric of the group says something. */
export function hasMetrics(vector: CvssVector, group: CvssMetric['group']): boolean {
  return cvssMetrics[vector.version].some((metric) => metric.group === group && definedMetric(vector, metric.name) !== undefined);
}

function readMetrics(version: CvssVersion, text: string): ReadonlyMap<string, string> | string {
  const known = cvssMetrics[version];
  const written = new Map<string, string>();
  let last = -1;
  for (const part of text.split('/')) {
    const colon = part.indexOf(':');
    const name = part.slice(0, Math.max(colon, 0));
    const place = known.findIndex((metric) => metric.name === name);
    if (place < 0) return 'unknown metric';
    if (written.has(name)) return `${name} twice`;
    if (place < last && !version.startsWith('3.')) return `${name} out of order`;
    const value = part.slice(colon + 1);
    if (known[place]?.values.includes(value) !== true) return `unknown value of ${name}`;
    written.set(name, value);
    last = place;
  }
  return written;
}

function hasWholeGroups(written: ReadonlyMap<string, string>): boolean {
  return (['temporal', 'environmental'] as const).every((group) => {
    const members = cvssMetrics['2.0'].filter((metric) => metric.group === group);
    const present = members.filter(({ name }) => written.has(name)).length;
    return present === 0 || present === members.length;
  });
}
