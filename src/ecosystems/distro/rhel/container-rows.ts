import type { CsafStatus, PackageUrl } from '../../../formats/csaf/index.ts';
import { rpmScheme } from '../../../versions/rpm/index.ts';

/** The image that a statement is about. */
export interface StatedContainer {
  /** Of its repository: `openshift4/ose-cli`. */
  readonly name: string;
  /** As images name them and as rpm does; empty for all. */
  readonly arches: readonly string[];
  /** Its tag, where that says since when it is fixed. */
  readonly version: string;
}

const archNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['amd64', ['amd64', 'x86_64']],
  ['x86_64', ['amd64', 'x86_64']],
  ['arm64', ['aarch64', 'arm64']],
  ['aarch64', ['aarch64', 'arm64']],
]);

/** Undefined for a fix of which the statement does not say the tag. */
export function statedContainer(status: CsafStatus, { namespace, name, qualifiers }: PackageUrl): StatedContainer | undefined {
  const [arch, version] = [qualifiers.get('arch') ?? '', qualifiers.get('tag') ?? ''];
  if (status === 'fixed' && version === '') return undefined;
  const repository = qualifiers.get('repository_url') ?? '';
  const path = repository.slice(repository.indexOf('/') + 1);
  const own = namespace === '' ? (repository.includes('/') ? path : name) : `${namespace}/${name}`;
  return { name: own, arches: arch === '' ? [] : (archNames.get(arch) ?? [arch]), version: status === 'fixed' ? version : '' };
}

/**
 * Where each fix of an image begins to count. One document tells of fixes in several lines of versions (`v4.12.0-…`, `v4.13.0-…`), and an image of one line is not
 * affected because that of the next was fixed later: from the second line on, a fix counts from the line's first version.
 */
export function introducedByFix(fixes: readonly string[]): ReadonlyMap<string, string | undefined> {
  const lines = [...new Set(fixes.map(lineOf))].sort(compare);
  return new Map(
    fixes.map((fix) => {
      const line = lineOf(fix);
      return [fix, line === '' || line === lines.find((each) => each !== '') ? undefined : line];
    }),
  );
}

/** `v4.13` of `v4.13.0-202310`; empty for what is no such version. */
function lineOf(version: string): string {
  return /^v?\d{1,9}\.\d{1,9}(?=[.-])/.exec(version)?.[0] ?? '';
}

function compare(a: string, b: string): number {
  const [left, right] = [rpmScheme.parse(a), rpmScheme.parse(b)];
  return left.ok && right.ok ? rpmScheme.compare(left.value, right.value) : 0;
}
