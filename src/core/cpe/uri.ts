import { cpeAny, cpeNotApplicable, type Cpe } from './cpe.ts';
import { readCharacters, toValue, type CpeCharacter } from './cpe-value.ts';
import { toCpe } from './to-cpe.ts';

const prefix = 'cpe:/';
/** Part, vendor, product, version, update, edition, language. */
const mostComponents = 7;

/**
 * Unbinds a URI of CPE 2.2 (NISTIR 7695, 6.1.3), where an absent or empty component is ANY and the edition may be packed with four more
 * attributes; undefined where it is none.
 */
export function parseCpeUri(text: string): Cpe | undefined {
  if (text.slice(0, prefix.length).toLowerCase() !== prefix) return undefined;
  const components = text.slice(prefix.length).split(':');
  if (components.length > mostComponents) return undefined;
  const [part = '', vendor = '', product = '', version = '', update = '', edition = '', language = ''] = components;
  const packed = unpack(edition);
  if (packed === undefined) return undefined;
  const [own = '', ...others] = packed;
  return toCpe([part, vendor, product, version, update, own, language, ...others].map(decode));
}

/** Binds a name to a URI of CPE 2.2: trailing components that are ANY are left out. What only a formatted string can say is packed into the edition. */
export function toCpeUri(cpe: Cpe): string {
  const { part, vendor, product, version, update, language } = cpe;
  const components = [part, vendor, product, version, update].map(encode);
  const text = [...components, pack(cpe), encode(language)].join(':');
  return prefix + text.replace(/:+$/, '');
}

/** `~edition~sw_edition~target_sw~target_hw~other`, or an edition alone. */
function unpack(edition: string): readonly string[] | undefined {
  if (!edition.startsWith('~')) return [edition, '', '', '', ''];
  const fields = edition.slice(1).split('~');
  return fields.length === 5 ? fields : undefined;
}

function pack({ edition, swEdition, targetSw, targetHw, other }: Cpe): string {
  const others = [swEdition, targetSw, targetHw, other].map(encode);
  if (others.every((value) => value === '')) return encode(edition);
  return ['', encode(edition), ...others].join('~');
}

/** A value out of its percent-encoding: `%01` is `?`, `%02` is `*`, any other is meant as such. */
function decode(component: string): string | undefined {
  if (component === '') return cpeAny;
  if (component === cpeNotApplicable) return component;
  const characters: CpeCharacter[] = [];
  for (const [token] of component.matchAll(/%[0-9A-Fa-f]{2}|[^]/g)) {
    const character = token.length === 3 ? decodeEscape(token) : decodeBare(token);
    if (character === undefined) return undefined;
    characters.push(character);
  }
  return toValue(characters);
}

function decodeEscape(token: string): CpeCharacter | undefined {
  const code = Number.parseInt(token.slice(1), 16);
  if (code === 1) return { text: '?', isQuoted: false };
  if (code === 2) return { text: '*', isQuoted: false };
  return code > 0x20 && code < 0x7f ? { text: String.fromCodePoint(code), isQuoted: true } : undefined;
}

/** Names in the wild have `*` unencoded, as a wildcard. */
function decodeBare(token: string): CpeCharacter | undefined {
  if (token === '*' || token === '?') return { text: token, isQuoted: false };
  return /^[A-Za-z0-9._~-]$/.test(token) ? { text: token, isQuoted: true } : undefined;
}

function encode(value: string): string {
  if (value === cpeAny) return '';
  if (value === cpeNotApplicable) return value;
  return (readCharacters(value) ?? []).map(encodeCharacter).join('');
}

/** A hyphen that is quoted is encoded where it would be all of the value; here always where it was quoted, which comes to the same. */
function encodeCharacter({ text, isQuoted }: CpeCharacter, _: number, all: readonly CpeCharacter[]): string {
  if (!isQuoted) return text === '?' ? '%01' : '%02';
  if (text === '-' && all.length === 1) return '%2d';
  if (/^[A-Za-z0-9._-]$/.test(text)) return text;
  return `%${(text.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
}
