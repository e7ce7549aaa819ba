import { readExactly, type OpenedExecutable } from '../executable/index.ts';

/** Sections that only Go's linker makes. */
const goSections: ReadonlySet<string> = new Set([
  '.go.buildinfo',
  '.gopclntab',
  '.note.go.buildid',
  '.gosymtab',
  '__go_buildinfo',
  '__gopclntab',
  '__gosymtab',
]);

const headBytes = 32 * 1024;
/** The build id at the beginning of the code, where Go's own tools look for it; and the name of its note in ELF, with length and type. */
const marks: readonly Uint8Array[] = [
  Uint8Array.from([0xff, ...new TextEncoder().encode(' Go build ID: "')]),
  Uint8Array.from([4, 0, 0, 0, ...new TextEncoder().encode('Go\0\0')]),
];

/** Whether the program is without doubt one of Go's, going by what stripping leaves. */
export async function isSurelyGo({ executable, source }: OpenedExecutable): Promise<boolean> {
  const { sections, format } = executable;
  if (sections.some(({ name }) => goSections.has(name))) return true;
  // Where sections have their names, they would tell; in PE they are not Go's own.
  if (sections.length > 0 && format !== 'pe') return false;
  const head = await readExactly(source, 0, Math.min(headBytes, source.size));
  return head !== undefined && marks.some((mark) => includes(head, mark));
}

function includes(bytes: Uint8Array, mark: Uint8Array): boolean {
  const [first = 0] = mark;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (mark.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}
