const space = 0x20;
const zero = 0x30;
const seven = 0x37;

/**
 * A number of a tar header: octal digits between spaces and a NUL or space (POSIX.1-2017, pax), or base-256 where the first
 * bit of the field is set (GNU tar manual, "Extensions"). An empty field is 0.
 *
 * @returns undefined for anything else: negative numbers and those beyond 2^53 - 1 too.
 */
export function parseNumber(bytes: Uint8Array, offset: number, length: number): number | undefined {
  const first = bytes[offset] ?? 0;
  return first >= 0x80 ? parseBase256(bytes, offset, length) : parseOctal(bytes, offset, length);
}

function parseOctal(bytes: Uint8Array, offset: number, length: number): number | undefined {
  const end = offset + length;
  let at = offset;
  while (at < end && bytes[at] === space) at += 1;
  let value = 0;
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0 || byte === space) break;
    if (byte < zero || byte > seven) return undefined;
    value = value * 8 + (byte - zero);
  }
  return value;
}

function parseBase256(bytes: Uint8Array, offset: number, length: number): number | undefined {
  const first = bytes[offset] ?? 0;
  // The second bit is the sign of two's complement.
  if ((first & 0x40) !== 0) return undefined;
  let value = first & 0x3f;
  for (let at = offset + 1; at < offset + length; at += 1) {
    value = value * 256 + (bytes[at] ?? 0);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return value;
}

/** Decimal digits and nothing else, as pax records and sparse maps write numbers. */
export function parseDecimal(text: string): number | undefined {
  if (text.length === 0 || text.length > 16) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}
