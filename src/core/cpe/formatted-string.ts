import { cpeAttributes, type Cpe } from './cpe.ts';
import { readComponent } from './cpe-value.ts';
import { toCpe } from './to-cpe.ts';

const prefix = 'cpe:2.3:';

/** Unbinds a formatted string (NISTIR 7695, 6.2): `cpe:2.3:` and eleven components; undefined where it is none. */
export function parseFormattedString(text: string): Cpe | undefined {
  if (text.slice(0, prefix.length).toLowerCase() !== prefix) return undefined;
  const components = splitUnquoted(text.slice(prefix.length));
  if (components.length !== cpeAttributes.length) return undefined;
  return toCpe(components.map(readComponent));
}

/** Binds a name to a formatted string. */
export function toFormattedString(cpe: Cpe): string {
  return prefix + cpeAttributes.map((attribute) => cpe[attribute]).join(':');
}

/** At the colons that no backslash quotes. */
function splitUnquoted(text: string): readonly string[] {
  const components: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ':') {
      components.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...components, text.slice(from)];
}
