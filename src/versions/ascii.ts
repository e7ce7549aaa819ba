/** Whether the code unit is one of `0`…`9`. NaN (beyond the text) is none. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether the code unit is one of `a`…`z`. */
export function isLowerLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Whether the code unit is one of `A`…`Z`. */
export function isUpperLetter(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** Whether the code unit is one of `A`…`Z` or `a`…`z`. */
export function isLetter(code: number): boolean {
  return isLowerLetter(code) || isUpperLetter(code);
}

/** Where the run of digits that begins at `from` ends; `from` itself where there is none. */
export function endOfDigits(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** Whether the text is made of digits alone, and of at least one. */
export function isDigits(text: string): boolean {
  return text !== '' && endOfDigits(text, 0) === text.length;
}
