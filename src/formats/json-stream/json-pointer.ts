/** A JSON pointer (RFC 6901): `~` is written `~0`, `/` is written `~1`. */
export function jsonPointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
