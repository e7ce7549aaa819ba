import type { ListedChange } from '../../../families/index.ts';
import { documentPathOf } from './vex-url.ts';

/** A line of Red Hat's lists of changes and deletions: `"2023/cve-2023-6240.json","2024-08-04T10:17:22+00:00"`. */
const line = /^"?([^",]{1,200})"?,"?([^",]{1,40})"?$/;

/** A document, and when it was last changed or deleted. */
export interface ListedDocument extends ListedChange {
  readonly path: string;
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

/** Each path once, as its newest line says. */
function newestByPath(documents: readonly ListedDocument[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { path, at } of documents) if (at > (newest.get(path) ?? -Infinity)) newest.set(path, at);
  return newest;
}

/** The documents that are gone: one that was changed after it was deleted is there again. */
export function deletedDocuments(deletions: readonly ListedDocument[], changes: readonly ListedDocument[]): readonly ListedDocument[] {
  const changed = newestByPath(changes);
  return [...newestByPath(deletions)].filter(([path, at]) => (changed.get(path) ?? -Infinity) <= at).map(([path, at]) => ({ path, at }));
}

/** A list as {@link readDocumentList} reads it. */
export function writeDocumentList(documents: readonly ListedDocument[]): string {
  return documents.map(({ path, at }) => `"${path}","${new Date(at).toISOString()}"\n`).join('');
}
