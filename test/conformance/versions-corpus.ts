import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version corpora that other projects made, beside this checkout. */
export const sharedVersions = fileURLToPath(new URL('../../../shared/conformance/versions/', import.meta.url));
export const hasSharedVersions = existsSync(sharedVersions);

export interface CorpusLine {
  readonly a: string;
  readonly b: string;
  /** What compare(a, b) must give. */
  readonly order: -1 | 0 | 1;
}

const orders: ReadonlyMap<string, -1 | 0 | 1> = new Map([
  ['<', -1],
  ['=', 0],
  ['>', 1],
]);

/** Reads `a < b`, `a = b`, `a > b`, one a line; anything else but an empty line is a fault of the file. */
export function readCorpus(path: string): readonly CorpusLine[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [a, relation, b, ...rest] = line.trim().split(/\s+/);
      const order = orders.get(relation ?? '');
      if (a === undefined || b === undefined || order === undefined || rest.length > 0) throw new Error(`not a comparison: ${line}`);
      return { a, b, order };
    });
}
