import { describe, expect, it } from 'vitest';
import type { Advisory, Updater, UpdaterSet } from '../../src/contracts/index.ts';
import type { Diagnostic } from '../../src/core/index.ts';
import { oracleUpdaterSet } from '../../src/ecosystems/distro/oracle/updater.ts';
import { oracleYearlyUpdaterSet } from '../../src/ecosystems/distro/oracle/yearly-updater.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { runPython } from '../support/python.ts';
import { materialiseFeeds, missing, scratchDirectory } from '../support/shared-data.ts';

interface Counts {
  readonly advisories: number;
  readonly rows: number;
}

// By the comments of criteria alone, tag by tag: no test, object or state is looked at, where the parser goes by those.
const countByComments = `
import bz2, json, re, sys
text = bz2.open(sys.argv[1], 'rt', encoding='utf8').read()
advisories = rows = 0
years = {}
for definition in re.findall(r'<definition .*?</definition>', text, re.S):
    cves = set(re.findall(r'<cve [^>]*>\\s*(CVE-[0-9-]+)', definition)) | set(re.findall(r'ref_id="(CVE-[0-9-]+)"', definition))
    said, module, depth, platform = set(), [], 0, None
    for close, tag, rest in re.findall(r'<(/?)(criteria|criterion)\\b([^>]*)>', definition):
        if tag == 'criteria':
            if close: module.pop()
            else: module.append(module[-1] if module else '')
            continue
        comment = re.search(r'comment="([^"]*)"', rest)[1]
        m = re.match(r'Module (\\S+) is enabled', comment)
        if m: module[-1] = m[1]
        m = re.match(r'Oracle Linux (\\d+) is installed', comment)
        if m: platform = m[1]
        m = re.match(r'(\\S+) is earlier than (\\S+)$', comment)
        if m and not re.search(r'\\.ksplice\\d|_fips(?![A-Za-z0-9_])', m[2]): said.add((platform, m[1], m[2], module[-1]))
    if said:
        advisories += max(1, len(cves)); rows += max(1, len(cves)) * len(said)
print(json.dumps({'advisories': advisories, 'rows': rows}))
`;

/** Each definition into the document of its year, with all that it might refer to. */
const splitByYear = `
import bz2, re, sys
text = bz2.open(sys.argv[1], 'rt', encoding='utf8').read()
start, end = text.index('<definitions>') + len('<definitions>'), text.index('</definitions>')
years = {}
for definition in re.findall(r'<definition .*?</definition>', text[start:end], re.S):
    years.setdefault(re.search(r'ELSA-(\\d{4})', definition)[1], []).append(definition)
def section(name):
    a, b = text.index('<%s>' % name), text.index('</%s>' % name)
    return text[a:b].split('>', 1)[1]
parts = {name: re.findall(r'<(?:rpminfo|uname|textfilecontent54|red-def)\\S*?_%s .*?</\\S*?_%s>' % (name[:-1], name[:-1]), section(name), re.S) for name in ('tests', 'objects', 'states')}
for year, definitions in years.items():
    wanted = set(re.findall(r'test_ref="([^"]+)"', ''.join(definitions)))
    tests = [t for t in parts['tests'] if re.search(r'id="([^"]+)"', t)[1] in wanted]
    referred = set(re.findall(r'_ref="([^"]+)"', ''.join(tests)))
    body = text[:start] + ''.join(definitions) + '</definitions><tests>' + ''.join(tests) + '</tests>'
    for name in ('objects', 'states'):
        body += '<%s>' % name + ''.join(x for x in parts[name] if re.search(r'id="([^"]+)"', x)[1] in referred) + '</%s>' % name
    bz2.open(sys.argv[2] % year, 'wt', encoding='utf8').write(body + '</oval_definitions>')
`;

async function countAll(set: UpdaterSet, feeds: string): Promise<Counts & { readonly told: readonly string[]; readonly updaters: number }> {
  await using client = createFeedClient({ mirror: feeds });
  const updaters = await set.discover({ client });
  const counts = { advisories: 0, rows: 0, told: [] as string[], updaters: updaters.length };
  const read = async (updater: Updater): Promise<readonly Advisory[] | AsyncIterable<Advisory>> => {
    const fetched = await updater.fetch(undefined, { client });
    const onDiagnostic = ({ code, data }: Diagnostic): void => void counts.told.push(`${code} ${JSON.stringify(data)}`);
    return fetched.kind === 'changed' ? updater.parse(fetched.body, { onDiagnostic }) : [];
  };
  for (const updater of updaters) {
    for await (const { rows } of await read(updater)) {
      counts.advisories += 1;
      counts.rows += rows.length;
    }
  }
  return counts;
}

const why = process.env['CLAIRCORE_FULL'] === undefined ? 'only in full runs' : missing('data/materialise.py');

describe.skipIf(why !== undefined)(`the whole feed of Oracle${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it('has as many advisories and rows as python counts in its comments, in one document or one a year', { timeout: 300_000 }, async () => {
    using scratch = scratchDirectory();
    materialiseFeeds(`${scratch.path}/feeds`, 'linux.oracle.com');
    const folder = `${scratch.path}/feeds/linux.oracle.com/security/oval`;
    const all = `${folder}/com.oracle.elsa-all.xml.bz2`;
    const expected = runPython(countByComments, all) as Counts;
    expect(expected.rows).toBeGreaterThan(300_000);
    expect(await countAll(oracleUpdaterSet, `${scratch.path}/feeds`)).toEqual({ ...expected, told: [], updaters: 1 });

    runPython(`${splitByYear}\nprint('{}')`, all, `${folder}/com.oracle.elsa-%s.xml.bz2`);
    const yearly = await countAll(oracleYearlyUpdaterSet, `${scratch.path}/feeds`);
    expect(yearly.updaters).toBeGreaterThan(15);
    expect(yearly).toEqual({ ...expected, told: [], updaters: yearly.updaters });
  });
});
