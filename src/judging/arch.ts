import { unreachable, type AffectedPackage } from '../core/index.ts';

/**
 * Whether a row speaks of packages of that architecture. A pattern is a list of names between `|`, as OVAL writes them
 * (`aarch64|x86_64`, perhaps in brackets and anchored); feeds are foreign, so it never becomes a regular expression, and
 * a pattern that is more than that holds for all: better one finding too many than one too few.
 */
export function isArchMeant(row: Pick<AffectedPackage, 'arch' | 'archOperation'>, arch: string): boolean {
  switch (row.archOperation) {
    case '':
      return true;
    case 'equals':
      return row.arch === arch;
    case 'not equals':
      return row.arch !== arch;
    case 'pattern match': {
      const names = row.arch
        .replace(/^\^?\(?(?:\?:)?/, '')
        .replace(/\)?\$?$/, '')
        .split('|');
      return names.includes(arch) || names.some((name) => !/^[A-Za-z0-9_-]*$/.test(name));
    }
    default:
      return unreachable(row.archOperation);
  }
}
