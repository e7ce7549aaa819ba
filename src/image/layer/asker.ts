import { scannerKey, type AskedPath, type Scanner, type Want } from '../../contracts/index.ts';
import type { EntryHeader } from '../../core/index.ts';

/** A scanner that wants a file, or a look at it. */
export interface Answer {
  /** {@link scannerKey} */
  readonly scanner: string;
  /** The path under which the scanner gets the file. */
  readonly asked: string;
  readonly want: Exclude<Want, 'no'>;
  /** What it wants once it has seen the first bytes. */
  readonly again: (peek: Uint8Array) => Want;
}

/** Says who wants the file at a path of a layer. */
export type Asker = (path: string, header: EntryHeader) => readonly Answer[];

const nobody: readonly Answer[] = [];

/** Asks every scanner about every path. */
export function askScanners(scanners: readonly Scanner[]): Asker {
  const keyed = scanners.map((scanner) => ({ scanner, key: scannerKey(scanner) }));
  return (path, header) => {
    let answers: Answer[] | undefined;
    for (const { scanner, key } of keyed) {
      const want = scanner.wants(path, header);
      if (want !== 'no') (answers ??= []).push({ scanner: key, asked: path, want, again: (peek) => scanner.wants(path, header, peek) });
    }
    return answers ?? nobody;
  };
}

/** Asks for given paths only; each scanner says of its own how it wants them. */
export function askPaths(scanners: readonly Scanner[], asked: ReadonlyMap<string, readonly AskedPath[]>): Asker {
  const byReal = new Map<string, { readonly scanner: Scanner; readonly asked: string }[]>();
  for (const scanner of scanners) {
    for (const path of asked.get(scannerKey(scanner)) ?? []) {
      const wanted = byReal.get(path.real);
      if (wanted) wanted.push({ scanner, asked: path.asked });
      else byReal.set(path.real, [{ scanner, asked: path.asked }]);
    }
  }
  return (path, header) =>
    (byReal.get(path) ?? []).flatMap((entry) => {
      const want = entry.scanner.wants(entry.asked, header);
      const again = (peek: Uint8Array): Want => entry.scanner.wants(entry.asked, header, peek);
      return want === 'no' ? [] : [{ scanner: scannerKey(entry.scanner), asked: entry.asked, want, again }];
    });
}
