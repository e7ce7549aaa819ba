import type { IndexerCalls, LockCalls, MatcherCalls, UpdateCalls } from './store-service.ts';

/** Who is asked: writes wait for each other, reads do not wait for them. */
export type Route = 'reader' | 'writer';
/** A compiler error here says that a method of the contract was added or taken away. */
export type Routes<Calls> = Readonly<Record<keyof Calls, Route>>;

export const indexerRoutes: Routes<IndexerCalls> = {
  missingScanners: 'reader',
  putLayer: 'writer',
  layerWalk: 'reader',
  layerArtifacts: 'reader',
  putAsked: 'writer',
  askedArtifacts: 'reader',
  isManifestScanned: 'reader',
  putManifest: 'writer',
  indexReport: 'reader',
  putIndexReport: 'writer',
  indexManifest: 'writer',
  finishManifest: 'writer',
  manifestsWith: 'reader',
  deleteManifest: 'writer',
};

export const matcherRoutes: Routes<MatcherCalls> = {
  namespaces: 'reader',
  find: 'reader',
  texts: 'reader',
  recordUnchanged: 'writer',
  recordFailure: 'writer',
  status: 'reader',
  operations: 'reader',
  diff: 'reader',
  collectGarbage: 'writer',
};

export const lockRoutes: Routes<LockCalls> = { tryLock: 'writer', release: 'writer' };
export const updateRoutes: Routes<UpdateCalls> = {
  beginUpdate: 'writer',
  beginDelta: 'writer',
  stage: 'writer',
  mention: 'writer',
  commit: 'writer',
  endUpdate: 'writer',
};

/** The methods that a table names. */
export function namesOf<Calls>(routes: Routes<Calls>): readonly (keyof Calls & string)[] {
  return Object.keys(routes) as (keyof Calls & string)[];
}
