import type { RawOsvRecord } from './naive-osv.ts';

const isCve = (id: string): boolean => /^CVE-\d{4}-\d{4,}$/.test(id);
const idsOf = ({ id, aliases = [] }: RawOsvRecord): string[] => [id, ...aliases];

/**
 * The records by the name under which they are told. Every CVE of a record is one. Records without one that are linked by ids are told
 * together: under the CVEs that any of them leads to, else a GHSA, else an id.
 */
export function toldNames(records: readonly RawOsvRecord[]): ReadonlyMap<string, readonly RawOsvRecord[]> {
  const told = new Map<string, RawOsvRecord[]>();
  const tell = (name: string, record: RawOsvRecord): void => void told.set(name, [...(told.get(name) ?? []), record]);
  const withCve = records.filter((record) => idsOf(record).some(isCve));
  for (const record of withCve) for (const id of new Set(idsOf(record).filter(isCve))) tell(id, record);
  const left = new Set(records.filter((record) => !withCve.includes(record)));
  for (const first of left) {
    left.delete(first);
    const reached = new Set(idsOf(first));
    const linked = [first];
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const other of left) {
        if (!idsOf(other).some((id) => reached.has(id))) continue;
        left.delete(other);
        linked.push(other);
        for (const id of idsOf(other)) reached.add(id);
      }
    }
    const cves = withCve.filter((record) => idsOf(record).some((id) => reached.has(id))).flatMap((record) => idsOf(record).filter(isCve));
    const ghsa = [...reached].filter((id) => id.startsWith('GHSA-')).sort();
    const own = linked.map(({ id }) => id).sort();
    for (const name of cves.length > 0 ? new Set(cves) : [ghsa[0] ?? own[0] ?? '']) for (const record of linked) tell(name, record);
  }
  return told;
}
