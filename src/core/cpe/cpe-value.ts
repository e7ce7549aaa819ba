import { cpeAny, cpeNotApplicable } from './cpe.ts';

/** One character of a value, and whether it is meant as such: an unquoted `*` or `?` is a wildcard. */
export interface CpeCharacter {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Printable ASCII without the space: nothing else can stand in a name (NISTIR 7695, 5.3.2). */
const printable = /^[\x21-\x7e]$/;
const bare = /^[A-Za-z0-9._-]$/;

/** The characters of a component of a formatted string; undefined where it is none. */
export function readCharacters(component: string): readonly CpeCharacter[] | undefined {
  const characters: CpeCharacter[] = [];
  for (let at = 0; at < component.length; at += 1) {
    const isEscaped = component[at] === '\\';
    if (isEscaped) at += 1;
    const text = component[at];
    if (text === undefined || !printable.test(text)) return undefined;
    const isWildcard = !isEscaped && (text === '*' || text === '?');
    if (!isEscaped && !isWildcard && !bare.test(text)) return undefined;
    characters.push({ text, isQuoted: !isWildcard });
  }
  return characters;
}

/**
 * The value of these characters, quoted in the one way; undefined where wildcards stand where they may not: `*` but once at an end, `?` in runs at
 * the ends (NISTIR 7695, 5.3.2).
 */
export function toValue(characters: readonly CpeCharacter[]): string | undefined {
  if (characters.length === 0) return undefined;
  if (!areWildcardsAtEnds(characters)) return undefined;
  const value = characters.map(({ text, isQuoted }) => (!isQuoted || bare.test(text) ? text.toLowerCase() : `\\${text}`)).join('');
  // A hyphen or an asterisk by itself would be a logical value.
  if (value === cpeNotApplicable) return `\\${value}`;
  return value === cpeAny ? undefined : value;
}

function areWildcardsAtEnds(characters: readonly CpeCharacter[]): boolean {
  const shape = characters.map(({ text, isQuoted }) => (isQuoted ? 'x' : text)).join('');
  return /^(?:\*|\?*)x+(?:\*|\?*)$/.test(shape) || /^\?+$/.test(shape);
}

/** A component of a formatted string as a value, `*` and `-` included; undefined where it is none. */
export function readComponent(component: string): string | undefined {
  if (component === cpeAny || component === cpeNotApplicable) return component;
  const characters = readCharacters(component);
  return characters && toValue(characters);
}
