import { definedMetric, hasMetrics, type CvssVector } from './vector.ts';

/** Weights of the CVSS v3.1 specification, 7.4; the same in v3.0. */
const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  impact: { H: 0.56, L: 0.22, N: 0 },
  E: { H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { C: 1, R: 0.96, U: 0.92 },
  requirement: { H: 1.5, M: 1, L: 0.5 },
};
/** Privileges weigh more where the scope changes. */
const privilegesOfChangedScope: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 };

/** 0.0 to 10.0: the environmental score where the vector says something of it, else the temporal, else the base score. */
export function scoreOfCvss3(vector: CvssVector): number {
  const roundUp = vector.version === '3.0' ? roundUpOf30 : roundUpOf31;
  const environmental = hasMetrics(vector, 'environmental');
  const metric = (name: string): string =>
    (environmental ? definedMetric(vector, `M${name}`) : undefined) ?? vector.metrics.get(name) ?? '';
  const changed = metric('S') === 'C';
  const impact = impactOf(vector, metric, environmental);
  if (impact <= 0) return 0;
  const privileges = (changed ? privilegesOfChangedScope : weights['PR'])?.[metric('PR')] ?? 0;
  const exploitability = 8.22 * weigh('AV', metric('AV')) * weigh('AC', metric('AC')) * privileges * weigh('UI', metric('UI'));
  const score = roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
  return roundUp(score * ['E', 'RL', 'RC'].reduce((product, name) => product * weigh(name, definedMetric(vector, name)), 1));
}

function impactOf(vector: CvssVector, metric: (name: string) => string, environmental: boolean): number {
  const part = (name: string): number => {
    const requirement = environmental ? weigh('requirement', definedMetric(vector, `${name}R`)) : 1;
    return 1 - requirement * weigh('impact', metric(name));
  };
  // Only requirements take it over the greatest value that the base has.
  const subScore = Math.min(1 - part('C') * part('I') * part('A'), environmental ? 0.915 : 1);
  if (metric('S') !== 'C') return 6.42 * subScore;
  // 3.1 changed the equation of the modified impact alone, so that a worse requirement never lowers a score.
  const overshoot = environmental && vector.version === '3.1' ? (subScore * 0.9731 - 0.02) ** 13 : (subScore - 0.02) ** 15;
  return 7.52 * (subScore - 0.029) - 3.25 * overshoot;
}

/** What is not defined weighs 1. */
function weigh(name: string, value: string | undefined): number {
  return value === undefined ? 1 : (weights[name]?.[value] ?? 1);
}

/** CVSS v3.1, appendix A: the same on every machine. */
function roundUpOf31(score: number): number {
  const scaled = Math.round(score * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

/** CVSS v3.0, 8.1: to the next tenth; what binary fractions add is taken off. */
function roundUpOf30(score: number): number {
  return Math.ceil(score * 10 - 1e-9) / 10;
}
