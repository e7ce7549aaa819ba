import { member, text } from '../../../formats/json-stream/index.ts';

/** What the build of a layer of Red Hat's says of its content. */
export interface ContentManifest {
  /** Ids of repositories, sorted. */
  readonly contentSets: readonly string[];
  /** Whether the repositories of each package stand in the history of the package manager instead. */
  readonly isFromHistory: boolean;
}

/** Real ones have some ten. */
const mostSets = 10_000;
const repositoryId = /^[\x21-\x7e]{1,256}$/;

/** Undefined for what is no JSON object. */
export function readContentManifest(source: string): ContentManifest | undefined {
  const json = parse(source);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const sets = member(json, 'content_sets');
  const listed = Array.isArray(sets) ? sets.slice(0, mostSets) : [];
  const ids = listed.flatMap((id: unknown) => text(id) ?? []).filter((id) => repositoryId.test(id));
  return { contentSets: [...new Set(ids)].sort(), isFromHistory: member(json, 'from_dnf_hint') === true };
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
