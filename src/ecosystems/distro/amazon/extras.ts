import type { ErratumPackage } from '../../../families/updateinfo/index.ts';
import type { UpdatePackage, UpdateRecord } from '../../../formats/updateinfo/index.ts';
import { rpmScheme } from '../../../versions/index.ts';
import { topicOf } from './repositories.ts';

/**
 * Says for which versions an update of an extras topic speaks. A database does not tell from which repository a package came, and a topic has
 * packages of the same names as core has, in other versions (`kernel` 4.14 and, of topic `kernel-5.10`, 5.10). So a topic's update begins
 *
 * 1. where the topic's own line begins, if it has a number and the package follows it: `kernel-5.10` at 5.10;
 * 2. else above what was told of before under that name, by core or by a topic of a smaller number: `dnsmasq` above core's 2.76;
 * 3. else at the start: the name is the topic's alone.
 */
export class ExtrasLines {
  /** By package and architecture: the highest version of each repository before. */
  readonly #told = new Map<string, Map<string, UpdatePackage>>();

  packagesOf({ id, packages }: UpdateRecord, repository: string): readonly ErratumPackage[] {
    const topic = topicOf(repository);
    return packages.map((found) => {
      const introduced = topic === undefined ? undefined : this.#beginning(found, topic, repository);
      this.#tell(found, repository);
      const { name, evr, arch, module } = found;
      return { name, evr, arch, module, pointer: id, ...(introduced !== undefined && { introduced }) };
    });
  }

  #beginning(found: UpdatePackage, topic: string, repository: string): string | undefined {
    const line = /(\d+(?:\.\d+)*)(?:\.x)?$/.exec(topic)?.[1];
    if (line !== undefined && (found.version === line || found.version.startsWith(`${line}.`))) return withEpoch(found, line);
    const before = [...(this.#told.get(found.name) ?? [])].flatMap(([from, highest]) => (from === repository ? [] : highest));
    const below = before.filter((other) => isBelow(other, found));
    const highest = below.reduce<UpdatePackage | undefined>((most, other) => (!most || isBelow(most, other) ? other : most), undefined);
    // A caret sorts above the bare version with any release, and below every version that goes on.
    return highest && withEpoch(highest, `${highest.version}^`);
  }

  #tell(found: UpdatePackage, repository: string): void {
    const known = this.#told.get(found.name) ?? new Map<string, UpdatePackage>();
    this.#told.set(found.name, known);
    const highest = known.get(repository);
    if (!highest || isBelow(highest, found)) known.set(repository, found);
  }
}

function withEpoch({ epoch }: UpdatePackage, version: string): string {
  return epoch === '0' ? version : `${epoch}:${version}`;
}

/** By epoch and version: a release says nothing about lines. */
function isBelow(a: UpdatePackage, b: UpdatePackage): boolean {
  const [left, right] = [rpmScheme.parse(withEpoch(a, a.version)), rpmScheme.parse(withEpoch(b, b.version))];
  return left.ok && right.ok && rpmScheme.compare(left.value, right.value) < 0;
}
