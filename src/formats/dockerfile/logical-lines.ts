/** An instruction of a Dockerfile, its lines joined. */
export interface DockerfileInstruction {
  /** In upper case. */
  readonly word: string;
  /** What stands after it, without space around it. */
  readonly rest: string;
  /** What makes the next character plain: `\` unless the file chooses another. */
  readonly escape: string;
}

const escapeDirective = /^#[ \t]*escape[ \t]*=[ \t]*([\\`])[ \t]*$/i;
const hereDocument = /<<-?(["']?)([A-Za-z_][A-Za-z0-9_]{0,100})\1/g;

/** The instructions of a Dockerfile (docs.docker.com/reference/dockerfile): comments and the bodies of here-documents left out, continued lines joined. */
export function* readInstructions(text: string): Generator<DockerfileInstruction> {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const escape = escapeDirective.exec(lines[0] ?? '')?.[1] ?? '\\';
  let parts: string[] = [];
  let awaited: readonly string[] = [];
  for (const line of lines) {
    if (awaited.length > 0) {
      if (line.trim() === awaited[0]) awaited = awaited.slice(1);
      continue;
    }
    const trimmed = line.trim();
    // Comments and empty lines may stand between continued ones.
    if (trimmed.startsWith('#') || (trimmed === '' && parts.length > 0)) continue;
    const isContinued = line.trimEnd().endsWith(escape);
    parts.push(isContinued ? line.trimEnd().slice(0, -1) : line);
    if (isContinued) continue;
    const instruction = toInstruction(parts.join(''), escape);
    parts = [];
    if (!instruction) continue;
    awaited = hereDocumentsOf(instruction);
    yield instruction;
  }
  const last = toInstruction(parts.join(''), escape);
  if (last) yield last;
}

function toInstruction(line: string, escape: string): DockerfileInstruction | undefined {
  const trimmed = line.trim();
  const space = trimmed.search(/\s/);
  const [word, rest] = space === -1 ? [trimmed, ''] : [trimmed.slice(0, space), trimmed.slice(space).trim()];
  return word === '' ? undefined : { word: word.toUpperCase(), rest, escape };
}

function hereDocumentsOf({ word, rest }: DockerfileInstruction): readonly string[] {
  if (word !== 'RUN' && word !== 'COPY' && word !== 'ADD') return [];
  return [...rest.matchAll(hereDocument)].slice(0, 100).map(([, , delimiter = '']) => delimiter);
}
