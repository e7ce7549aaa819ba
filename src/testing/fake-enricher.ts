import { defineEnricher, type Enricher } from '../contracts/index.ts';

/** An enricher without a feed that knows these items of vulnerabilities by their names. Of type `fake` unless told otherwise. */
export function fakeEnricher(id: string, known: Readonly<Record<string, readonly unknown[]>>, rest: Partial<Enricher> = {}): Enricher {
  const items = new Map(Object.entries(known));
  return defineEnricher({
    id,
    type: 'fake',
    enrich(vulnerabilities) {
      const found = vulnerabilities.flatMap((vulnerability) => {
        const own = items.get(vulnerability.name);
        return own ? [[vulnerability.id, own] as const] : [];
      });
      return Promise.resolve(new Map(found));
    },
    ...rest,
  });
}
