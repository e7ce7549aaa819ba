const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

export interface DecodedText {
  readonly text: string;
  /** False where bytes had to be replaced (U+FFFD): not UTF-8, or a NUL in the middle. */
  readonly isValid: boolean;
}

/** A field of a header up to its first NUL. */
export function decodeField(bytes: Uint8Array, offset: number, length: number): DecodedText {
  let end = offset;
  while (end < offset + length && bytes[end] !== 0) end += 1;
  return decodeText(bytes.subarray(offset, end));
}

export function decodeText(bytes: Uint8Array): DecodedText {
  const ascii = decodeAscii(bytes);
  if (ascii !== undefined) return { text: ascii, isValid: true };
  const hasNul = bytes.includes(0);
  try {
    const text = strict.decode(bytes);
    return hasNul ? { text: text.replaceAll('\0', '\uFFFD'), isValid: false } : { text, isValid: true };
  } catch {
    return { text: lenient.decode(bytes).replaceAll('\0', '\uFFFD'), isValid: false };
  }
}

/** Names are short and nearly always ASCII: this is several times faster than a TextDecoder there. */
function decodeAscii(bytes: Uint8Array): string | undefined {
  if (bytes.length > 256) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0 || byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
