import { cpeAny, cpeNotApplicable, type Cpe } from './cpe.ts';

const parts = new Set(['a', 'o', 'h', cpeAny, cpeNotApplicable]);

/** A name of these values, in the order of the attributes; undefined where one is missing or is no value of its attribute. */
export function toCpe(values: readonly (string | undefined)[]): Cpe | undefined {
  const [part, vendor, product, version, update, edition, language, swEdition, targetSw, targetHw, other] = values;
  if (part === undefined || vendor === undefined || product === undefined || version === undefined) return undefined;
  if (update === undefined || edition === undefined || language === undefined || swEdition === undefined) return undefined;
  if (targetSw === undefined || targetHw === undefined || other === undefined) return undefined;
  if (!parts.has(part)) return undefined;
  return { part, vendor, product, version, update, edition, language, swEdition, targetSw, targetHw, other };
}
