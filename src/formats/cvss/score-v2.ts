import { definedMetric, hasMetrics, type CvssVector } from './vector.ts';

/** Weights of A Complete Guide to CVSS v2.0, 3.2; what is not defined weighs nothing (1, or 0 for collateral damage). */
const weights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: { N: 0, P: 0.275, C: 0.66 },
  I: { N: 0, P: 0.275, C: 0.66 },
  A: { N: 0, P: 0.275, C: 0.66 },
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1 },
  CR: { L: 0.5, M: 1, H: 1.51 },
  IR: { L: 0.5, M: 1, H: 1.51 },
  AR: { L: 0.5, M: 1, H: 1.51 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

type Metric = keyof typeof weights;

/** 0.0 to 10.0: the environmental score where the vector says something of it, else the temporal, else the base score. */
export function scoreOfCvss2(vector: CvssVector): number {
  if (!hasMetrics(vector, 'environmental')) return temporal(vector, base(vector, impactOf(vector)));
  const adjusted = Math.min(10, impactOf(vector, { c: weight(vector, 'CR'), i: weight(vector, 'IR'), a: weight(vector, 'AR') }));
  const score = temporal(vector, base(vector, adjusted));
  return toOneDecimal((score + (10 - score) * weight(vector, 'CDP', 0)) * weight(vector, 'TD'));
}

function impactOf(vector: CvssVector, required = { c: 1, i: 1, a: 1 }): number {
  const left = (1 - weight(vector, 'C') * required.c) * (1 - weight(vector, 'I') * required.i) * (1 - weight(vector, 'A') * required.a);
  return 10.41 * (1 - left);
}

function base(vector: CvssVector, impact: number): number {
  if (impact === 0) return 0;
  const exploitability = 20 * weight(vector, 'AC') * weight(vector, 'Au') * weight(vector, 'AV');
  return toOneDecimal((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176);
}

function temporal(vector: CvssVector, score: number): number {
  return toOneDecimal(score * weight(vector, 'E') * weight(vector, 'RL') * weight(vector, 'RC'));
}

function weight(vector: CvssVector, metric: Metric, undefinedWeight = 1): number {
  const value = definedMetric(vector, metric);
  const known: Readonly<Record<string, number>> = weights[metric];
  return value === undefined ? undefinedWeight : (known[value] ?? undefinedWeight);
}

/** Halves go up; what binary fractions lose of a half is given back. */
function toOneDecimal(score: number): number {
  return Math.floor(score * 10 + 0.5 + 1e-9) / 10;
}
