import { tenthsOfMacroVector, type MacroVector } from './macro-vectors.ts';
import { definedMetric, type CvssVector } from './vector.ts';

/** Metrics in order of severity, the worst first: how far apart two values are counts in steps. */
const ladders: Readonly<Record<string, string>> = {
  AV: 'NALP',
  PR: 'NLH',
  UI: 'NPA',
  AC: 'LH',
  AT: 'NP',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  CR: 'HML',
  IR: 'HML',
  AR: 'HML',
  SC: 'SHLN',
  SI: 'SHLN',
  SA: 'SHLN',
};

type Values = (metric: string) => string;

/** Equivalence classes that are measured together (EQ3 and EQ6 are one), with all that their distance needs. */
interface EquivalenceClass {
  readonly metrics: readonly string[];
  /** The worst vectors of the level: values in the order of `metrics`. */
  readonly worst: readonly string[];
  /** Steps from the worst to the least vector of the level, and one. */
  readonly depth: number;
  /** Tenths of the next lower level; undefined on the lowest. */
  readonly lower: number | undefined;
}

/** 0.0 to 10.0, with threat and environmental metrics where the vector has them (specification 8.2). */
export function scoreOfCvss4(vector: CvssVector): number {
  const values: Values = (metric) => effective(vector, metric);
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((metric) => values(metric) === 'N')) return 0;
  const macro = macroVectorOf(values);
  const top = tenthsOfMacroVector(macro) ?? 0;
  const classes = classesOf(macro).filter(({ lower }) => lower !== undefined);
  const distances = classes.map((each) => ((top - (each.lower ?? top)) * stepsBelow(each, values)) / each.depth);
  const mean = classes.length === 0 ? 0 : distances.reduce((sum, distance) => sum + distance, 0) / classes.length;
  // Halves go up; what binary fractions lose of a half is given back.
  return Math.min(100, Math.max(0, Math.floor(top - mean + 0.5 + 1e-6))) / 10;
}

/** The modified value before the base's own; what is not defined is taken at its worst. */
function effective(vector: CvssVector, metric: string): string {
  const worst = metric === 'E' ? 'A' : metric.endsWith('R') && metric.length === 2 && metric !== 'PR' ? 'H' : '';
  return definedMetric(vector, `M${metric}`) ?? definedMetric(vector, metric) ?? worst;
}

/** Specification 8.2, tables 24 to 29. */
function macroVectorOf(of: Values): MacroVector {
  const easy = [of('AV') === 'N', of('PR') === 'N', of('UI') === 'N'];
  const high = (metric: string): boolean => of(metric) === 'H';
  return {
    eq1: easy.every(Boolean) ? 0 : of('AV') !== 'P' && easy.some(Boolean) ? 1 : 2,
    eq2: of('AC') === 'L' && of('AT') === 'N' ? 0 : 1,
    eq3: high('VC') && high('VI') ? 0 : high('VC') || high('VI') || high('VA') ? 1 : 2,
    eq4: of('SI') === 'S' || of('SA') === 'S' ? 0 : high('SC') || high('SI') || high('SA') ? 1 : 2,
    eq5: 'APU'.indexOf(of('E')),
    eq6: ['C', 'I', 'A'].some((each) => high(`${each}R`) && high(`V${each}`)) ? 0 : 1,
  };
}

const worstOf1 = [['NNN'], ['ANN', 'NLN', 'NNP'], ['PNN', 'ALP']];
const worstOf2 = [['LN'], ['HN', 'LP']];
const worstOf4 = [['HSS'], ['HHH'], ['LLL']];
/** By EQ3 and EQ6; values of VC VI VA CR IR AR. */
const worstOf36: Readonly<Record<string, readonly string[]>> = {
  '00': ['HHHHHH'],
  '01': ['HHLMMH', 'HHHMMM'],
  '10': ['LHHHHH', 'HLHHHH'],
  '11': ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'],
  '21': ['LLLHHH'],
};
const depthsOf36: Readonly<Record<string, number>> = { '00': 7, '01': 6, '10': 8, '11': 8, '21': 10 };

function classesOf(macro: MacroVector): readonly EquivalenceClass[] {
  const { eq1, eq2, eq3, eq4, eq5, eq6 } = macro;
  const below = (level: Partial<MacroVector>): number | undefined => tenthsOfMacroVector({ ...macro, ...level });
  const pair = `${eq3}${eq6}`;
  return [
    { metrics: ['AV', 'PR', 'UI'], worst: worstOf1[eq1] ?? [], depth: [1, 4, 5][eq1] ?? 1, lower: below({ eq1: eq1 + 1 }) },
    { metrics: ['AC', 'AT'], worst: worstOf2[eq2] ?? [], depth: [1, 2][eq2] ?? 1, lower: below({ eq2: eq2 + 1 }) },
    {
      metrics: ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
      worst: worstOf36[pair] ?? [],
      depth: depthsOf36[pair] ?? 1,
      lower: lowerOf36(eq3, eq6, below),
    },
    { metrics: ['SC', 'SI', 'SA'], worst: worstOf4[eq4] ?? [], depth: [6, 5, 4][eq4] ?? 1, lower: below({ eq4: eq4 + 1 }) },
    // Its levels hold one value each: nothing is ever below the worst, but it counts in the mean.
    { metrics: [], worst: [''], depth: 1, lower: below({ eq5: eq5 + 1 }) },
  ];
}

/** Two ways lead down from the top: the higher of both counts. */
function lowerOf36(eq3: number, eq6: number, below: (level: Partial<MacroVector>) => number | undefined): number | undefined {
  if (eq6 === 1) return below({ eq3: eq3 + 1 });
  const byRequirement = below({ eq6: 1 });
  return eq3 === 0 ? Math.max(byRequirement ?? 0, below({ eq3: 1 }) ?? 0) : byRequirement;
}

/** Steps from the first of the worst vectors that is nowhere below this one. */
function stepsBelow({ metrics, worst }: EquivalenceClass, values: Values): number {
  for (const candidate of worst) {
    const steps = metrics.map((metric, index) => {
      const ladder = ladders[metric] ?? '';
      return ladder.indexOf(values(metric)) - ladder.indexOf(candidate.charAt(index));
    });
    if (steps.every((step) => step >= 0)) return steps.reduce((sum, step) => sum + step, 0);
  }
  return 0;
}
