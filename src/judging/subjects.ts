import type { IndexRecord, PackageKind } from '../core/index.ts';
import type { MatcherPlan } from './matcher-plan.ts';

/** What is looked up for a record: a name with the version that belongs to it. */
export interface Subject {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
}

/**
 * Advisories speak of source or of binary packages; each is asked for by its own name and compared with its own version.
 * What has no source package is its own.
 */
export function subjectsOf({ package: found }: IndexRecord, { asksSource, asksBinary }: MatcherPlan): readonly Subject[] {
  const subjects: Subject[] = [];
  if (asksSource) {
    const source = found.source && found.source.name !== '' ? found.source : found;
    subjects.push({ kind: 'source', name: source.name, version: source.version });
  }
  if (asksBinary && found.kind === 'binary') subjects.push({ kind: 'binary', name: found.name, version: found.version });
  return subjects;
}
