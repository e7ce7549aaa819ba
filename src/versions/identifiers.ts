import { isDigit, isLetter } from './ascii.ts';

const hyphen = 0x2d;

/** The dot-separated identifiers of a semver-like tail, each of `0-9A-Za-z-` and not empty; undefined where it is none. */
export function readIdentifiers(text: string): readonly string[] | undefined {
  const identifiers = text.split('.');
  for (const identifier of identifiers) if (!isIdentifier(identifier)) return undefined;
  return identifiers;
}

function isIdentifier(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code) && !isLetter(code) && code !== hyphen) return false;
  }
  return text !== '';
}
