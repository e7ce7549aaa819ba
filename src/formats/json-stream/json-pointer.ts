/** A JSON pointer (RFC 6901): `~` is written `~0`, `/` is written `~1`. */
export function jsonPointer(...parts: readonly (string | number)[]): string {
  let pointer = '';
  for (const part of parts) pointer += `/${typeof part === 'number' ? part : segment(part)}`;
  return pointer;
}

/** Hardly any name holds either character, and pointers are made for every record of a feed. */
function segment(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}
