/** Characters of all words of an instruction, variables put in: those may name each other. */
const mostCharacters = 1_000_000;

/** The words of an instruction: quotes taken away, escapes and variables resolved. Single quotes keep variables as they are. */
export function splitWords(text: string, escape: string, variables: ReadonlyMap<string, string>): readonly string[] {
  const words: string[] = [];
  let [word, quote, isOpen, total] = ['', '', false, 0];
  const add = (piece: string): void => {
    total += piece.length;
    if (total <= mostCharacters) word += piece;
    isOpen = true;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === '' && /\s/.test(character)) {
      if (isOpen) words.push(word);
      [word, isOpen] = ['', false];
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) [quote, isOpen] = [character, true];
    else if (character === escape && quote !== "'" && isEscapable(text.charAt(at + 1), quote, escape)) {
      at += 1;
      add(text.charAt(at));
    } else if (character === '$' && quote !== "'") {
      const variable = variableAt(text, at, variables);
      add(variable?.value ?? '$');
      at = (variable?.end ?? at + 1) - 1;
    } else add(character);
  }
  if (isOpen) words.push(word);
  return words;
}

/** Between double quotes a backslash is one before anything but these. */
function isEscapable(next: string, quote: string, escape: string): boolean {
  return next !== '' && (quote === '' || next === '"' || next === '$' || next === escape);
}

const longestName = 256;

/** `$name`, `${name}`, `${name:-else}`, `${name:+instead}`; undefined where there is none. */
function variableAt(
  text: string,
  at: number,
  variables: ReadonlyMap<string, string>,
): { readonly value: string; readonly end: number } | undefined {
  const plain = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(text.slice(at, at + longestName));
  if (plain) return { value: variables.get(plain[1] ?? '') ?? '', end: at + plain[0].length };
  const [whole, name = '', sign = '', word = ''] =
    /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^{}]*))?\}/.exec(text.slice(at, at + 4 * longestName)) ?? [];
  if (whole === undefined) return undefined;
  const value = variables.get(name) ?? '';
  const end = at + whole.length;
  if (sign === '-') return { value: value === '' ? word : value, end };
  return { value: sign === '+' && value !== '' ? word : sign === '+' ? '' : value, end };
}
