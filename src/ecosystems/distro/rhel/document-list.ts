import { documentPathOf } from './vex-url.ts';

/** A line of Red Hat's lists of changes and deletions: `"2023/cve-2023-6240.json","2024-08-04T10:17:22+00:00"`. */
const line = /^"?([^",]{1,200})"?,"?([^",]{1,40})"?$/;

export interface ListedDocument {
  readonly path: string;
  /** ms since 1970. */
  readonly at: number;
}

/** Reads `changes.csv` or `deletions.csv`; what is no line of it is left out. */
export function readDocumentList(text: string): readonly ListedDocument[] {
  return text.split('\n').flatMap((written) => {
    const [, name = '', time = ''] = line.exec(written.trim()) ?? [];
    const [path, at] = [documentPathOf(name), Date.parse(time)];
    return path === undefined || Number.isNaN(at) ? [] : [{ path, at }];
  });
}

export function readDeletions(text: string): readonly string[] {
  return readDocumentList(text).map(({ path }) => path);
}
