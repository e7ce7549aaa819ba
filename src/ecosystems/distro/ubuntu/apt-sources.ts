import { parseDeb822 } from '../../../formats/deb822/index.ts';
import { esmServices, type EsmService } from './esm.ts';

/** Characters of a line: longer ones are no sources. */
const longestLine = 4096;

/** A source of packages: an archive and one of its suites. */
interface AptSource {
  readonly uri: string;
  readonly suite: string;
}

/** The services of ESM that a file of sources.list(5) names: one line a source, `deb [signed-by=…] https://esm.ubuntu.com/infra/ubuntu xenial-infra-security main`. */
export function esmOfList(text: string): ReadonlySet<EsmService> {
  return servicesOf(text.split('\n').flatMap(sourceOfLine));
}

function sourceOfLine(line: string): readonly AptSource[] {
  if (line.length > longestLine) return [];
  const [, uri, suite] = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)/.exec(line.split('#', 1)[0] ?? '') ?? [];
  return uri === undefined || suite === undefined ? [] : [{ uri, suite }];
}

const fields = new Set(['types', 'uris', 'suites', 'enabled']);
/** What apt takes for "no". */
const noWords: ReadonlySet<string> = new Set(['no', 'false', 'without', 'off', 'disable', '0']);

/** The same of a file of stanzas (`*.sources`): a stanza names several archives and suites at once. */
export function esmOfStanzas(text: string): ReadonlySet<EsmService> {
  const sources: AptSource[] = [];
  for (const { fields: stanza } of parseDeb822(text, { fields })) {
    const words = (name: string): readonly string[] =>
      (stanza.get(name) ?? '')
        .split(/\s+/)
        .filter((word) => word !== '')
        .slice(0, 1000);
    if (!words('types').includes('deb') || noWords.has((stanza.get('enabled') ?? '').trim().toLowerCase())) continue;
    for (const uri of words('uris').slice(0, 10)) for (const suite of words('suites')) sources.push({ uri, suite });
  }
  return servicesOf(sources);
}

function servicesOf(sources: readonly AptSource[]): ReadonlySet<EsmService> {
  return new Set(sources.flatMap((source) => serviceOf(source) ?? []));
}

/** By the suite (`jammy-apps-security`), which mirrors have too, else by the archive; the first ESM, of 12.04 and 14.04, had no path of its own. */
function serviceOf({ uri, suite }: AptSource): EsmService | undefined {
  const bySuite = /-(infra|apps)(?:-legacy)?-(?:security|updates)$/.exec(suite)?.[1];
  const byArchive = /^https?:\/\/(?:[^@/]*@)?esm\.ubuntu\.com(?::\d+)?\/(infra|apps|ubuntu)(?:-legacy)?(?:\/|$)/.exec(
    uri.toLowerCase(),
  )?.[1];
  const service = bySuite ?? (byArchive === 'ubuntu' ? 'infra' : byArchive);
  return esmServices.find((each) => each === service);
}
