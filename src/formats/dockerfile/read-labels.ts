import { readInstructions, type DockerfileInstruction } from './logical-lines.ts';
import { splitWords } from './words.ts';

/** Labels and variables of a file, and characters of one: what is beyond is left out. */
const most = { names: 10_000, characters: 65_536 } as const;

/**
 * The labels of the last stage of a Dockerfile, variables put in (docs.docker.com/reference/dockerfile): `LABEL a=b "c d"="e"` and `LABEL a b c`.
 * What is no Dockerfile has none.
 */
export function readLabels(text: string): ReadonlyMap<string, string> {
  let labels = new Map<string, string>();
  let variables = new Map<string, string>();
  for (const instruction of readInstructions(text)) {
    switch (instruction.word) {
      case 'FROM':
        labels = new Map();
        variables = new Map();
        break;
      case 'LABEL':
        for (const [name, value] of pairsOf(instruction, variables)) put(labels, name, value);
        break;
      case 'ENV':
        for (const [name, value] of pairsOf(instruction, variables)) put(variables, name, value);
        break;
      case 'ARG':
        for (const word of splitWords(instruction.rest, instruction.escape, variables)) {
          const at = word.indexOf('=');
          // One without a value is given when building, and not known here.
          if (at > 0) put(variables, word.slice(0, at), word.slice(at + 1));
        }
        break;
      default:
    }
  }
  return labels;
}

function put(map: Map<string, string>, name: string, value: string): void {
  if (map.has(name) || map.size < most.names) map.set(name, value.slice(0, most.characters));
}

/** Where the first word has no `=`, it is a name, and all that follows its value. */
function pairsOf({ rest, escape }: DockerfileInstruction, variables: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const words = splitWords(rest, escape, variables);
  const [first = '', ...others] = words;
  if (!first.includes('=')) return first === '' ? [] : [[first, others.join(' ')]];
  return words.flatMap((word) => {
    const at = word.indexOf('=');
    return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as const] : [];
  });
}
