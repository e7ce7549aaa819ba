import { InputError } from '../../core/index.ts';

/** A JSON object out of an image, before anything in it is believed. */
export type WireObject = Readonly<Record<string, unknown>>;

/** @throws InputError `IMAGE_MALFORMED` for what is not a JSON object in UTF-8 */
export function parseWireObject(bytes: Uint8Array, what: string): WireObject {
  return wireObject(parseWireJson(bytes, what), what);
}

/** @throws InputError `IMAGE_MALFORMED` */
export function parseWireJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new InputError('IMAGE_MALFORMED', { what, reason: 'not JSON' }, { cause });
  }
}

/** @throws InputError `IMAGE_MALFORMED` */
export function wireObject(value: unknown, what: string): WireObject {
  if (!isWireObject(value)) throw malformed(what, 'not an object');
  return value;
}

/** @throws InputError `IMAGE_MALFORMED` */
export function wireArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(what, 'not a list');
  return value;
}

/** @throws InputError `IMAGE_MALFORMED` */
export function wireString(value: unknown, what: string): string {
  if (typeof value !== 'string') throw malformed(what, 'not a text');
  return value;
}

/** Text, or undefined where there is none. @throws InputError `IMAGE_MALFORMED` for anything else */
export function optionalString(value: unknown, what: string): string | undefined {
  return value === undefined || value === null ? undefined : wireString(value, what);
}

/** Texts; none where the field is absent or null, as Go writes an empty list. @throws InputError `IMAGE_MALFORMED` */
export function optionalStrings(value: unknown, what: string): readonly string[] {
  if (value === undefined || value === null) return [];
  return wireArray(value, what).map((item) => wireString(item, what));
}

function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(what: string, reason: string): InputError {
  return new InputError('IMAGE_MALFORMED', { what, reason });
}
