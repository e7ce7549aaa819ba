import type { NamedPackage } from '../../../families/index.ts';

const stubPrefix = '# stub: ';
const longestLine = 4096;
const longestWord = 256;
const begin = 'Gem::Specification.new';
const fields = ['name', 'version', 'platform'] as const;
type Field = (typeof fields)[number];

/**
 * Reads a specification as `gem install` writes it, without running it: the stub line that RubyGems itself goes by
 * (`# stub: NAME VERSION PLATFORM PATHS`), and the assignments `s.name = "…".freeze` for what it does not tell. A gem for one platform has that as its architecture.
 */
export function parseGemspec(bytes: Uint8Array): NamedPackage {
  const found = new Map<Field, string>();
  let isSpecification = false;
  for (const line of linesOf(new TextDecoder().decode(bytes))) {
    if (line.startsWith(stubPrefix)) {
      const [name = '', version = '', platform = ''] = line.slice(stubPrefix.length).split(' ');
      isSpecification = true;
      remember(found, { name, version, platform });
    } else if (line.includes(begin)) {
      isSpecification = true;
    } else {
      const assigned = assignment(line);
      if (assigned) remember(found, { [assigned.field]: assigned.value });
    }
  }
  const [name = '', version = '', platform = ''] = fields.map((field) => found.get(field));
  if (name !== '' && version !== '') return { kind: 'package', name, version, arch: platform === 'ruby' ? '' : platform };
  return isSpecification ? { kind: 'unidentified', name } : { kind: 'unparsable' };
}

/** The first word counts: the stub is above the assignments. */
function remember(found: Map<Field, string>, words: Partial<Record<Field, string>>): void {
  for (const field of fields) {
    const word = words[field] ?? '';
    if (word !== '' && word.length <= longestWord && !found.has(field)) found.set(field, word);
  }
}

function* linesOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    yield text.slice(at, Math.min(end, at + longestLine)).trim();
    at = end + 1;
  }
}

/** `VARIABLE.FIELD = LITERAL`; also `Gem::Version.new LITERAL` and `Gem::Version.new(LITERAL)`. */
function assignment(line: string): { readonly field: Field; readonly value: string } | undefined {
  const equals = line.indexOf('=');
  const dot = line.indexOf('.');
  if (dot <= 0 || equals < dot || !isWord(line.slice(0, dot))) return undefined;
  const name = line.slice(dot + 1, equals).trim();
  const field = fields.find((each) => each === name);
  const value = field && literalIn(line.slice(equals + 1).trim());
  return field && value !== undefined ? { field, value } : undefined;
}

/** A quoted string without escapes or interpolation; what is computed is not told here. */
function literalIn(text: string): string | undefined {
  const versionCall = 'Gem::Version.new';
  const literal = text.startsWith(versionCall) ? text.slice(versionCall.length).replace('(', ' ').trimStart() : text;
  const quote = literal.charAt(0);
  const end = quote === '"' || quote === "'" ? literal.indexOf(quote, 1) : -1;
  const value = literal.slice(1, Math.max(1, end));
  return end > 1 && !value.includes('\\') && !value.includes('#{') ? value : undefined;
}

function isWord(text: string): boolean {
  return !/[^a-z_]/.test(text);
}
