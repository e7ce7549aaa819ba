/** As PostgreSQL can keep it: a `text` holds no NUL. The same for what is kept and what is looked for. */
export function plainText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
