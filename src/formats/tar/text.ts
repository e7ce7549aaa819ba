const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

export interface DecodedText {
  readonly text: string;
  /** False where bytes had to be replaced (U+FFFD): not UTF-8, or a NUL in the middle. */
  readonly isValid: boolean;
}

const empty: DecodedText = { text: '', isValid: true };

/** A field of a header up to its first NUL. */
export function decodeField(bytes: Uint8Array, offset: number, length: number): DecodedText {
  if (bytes[offset] === 0) return empty;
  let end = offset;
  while (end < offset + length && bytes[end] !== 0) end += 1;
  return decodeText(bytes.subarray(offset, end));
}

export function decodeText(bytes: Uint8Array): DecodedText {
  try {
    const text = strict.decode(bytes);
    return text.includes('\0') ? { text: text.replaceAll('\0', '\uFFFD'), isValid: false } : { text, isValid: true };
  } catch {
    return { text: lenient.decode(bytes).replaceAll('\0', '\uFFFD'), isValid: false };
  }
}
