import { defineVersionScheme, type VersionScheme } from '../contracts/index.ts';

/** From here on numbers have no key, as versions have that bytes cannot express. */
export const keylessFrom = 900;

/** The plainest version scheme: whole numbers up to 999,999. What is no number does not parse. */
export const integerScheme: VersionScheme = defineVersionScheme<number>({
  id: 'integer',
  keyVersion: 1,
  parse: (text) => (/^\d{1,6}$/.test(text) ? { ok: true, value: Number(text) } : { ok: false, reason: 'no number' }),
  compare: (a, b) => Math.sign(a - b) as -1 | 0 | 1,
  key: (value) => (value >= keylessFrom ? undefined : Uint8Array.of(1, value >> 8, value & 255)),
});

export const fakeSchemes: ReadonlyMap<string, VersionScheme> = new Map([[integerScheme.id, integerScheme]]);
