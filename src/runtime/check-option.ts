import { UsageError } from '../core/index.ts';

const mostShown = 160;

/** A typo must not pass in silence. @throws UsageError `USAGE_OPTION` naming the first option that is not among the known */
export function checkOptionNames(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError('USAGE_OPTION', { option: unknown, expected: known.toSorted() });
}

export interface IntegerBounds {
  readonly min: number;
  readonly max: number;
  /** What is counted, e.g. `ms`. */
  readonly unit?: string;
}

/** Absent is fine. @throws UsageError `USAGE_OPTION` */
export function checkInteger(option: string, value: unknown, { min, max, unit = '' }: IntegerBounds): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return;
  refuse(option, value, `an integer from ${min} to ${max} ${unit}`.trimEnd());
}

/** Absent is fine. @throws UsageError `USAGE_OPTION` */
export function checkChoice(option: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return;
  refuse(option, value, choices);
}

/** Absent is fine. @throws UsageError `USAGE_OPTION` */
export function checkBoolean(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') refuse(option, value, 'true or false');
}

/** Absent is fine. @throws UsageError `USAGE_OPTION` */
export function checkFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') refuse(option, value, 'a function');
}

/** Absent is fine. @throws UsageError `USAGE_OPTION` */
export function checkList(option: string, value: unknown): void {
  if (value !== undefined && !Array.isArray(value)) refuse(option, value, 'a list');
}

function refuse(option: string, value: unknown, expected: string | readonly string[]): never {
  throw new UsageError('USAGE_OPTION', { option, value: shown(value), expected });
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.slice(0, mostShown);
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return typeof value;
  }
}
