import { gzipSync } from 'node:zlib';
import { attribute, member, thinned } from './data-pack.ts';
import { writeFeed } from './feed-mirror.ts';
import { nativeSample } from './native-samples.ts';
import type { LayFeed } from './rpm-bench-feeds.ts';
import type { NaiveFix } from './rpm-bench.ts';

/** OVAL of Microsoft: a definition is of one CVE and source package. */
export function layAzure(file: string): LayFeed {
  return (feeds, every) => {
    const xml = thinned(member('azurelinux/azurelinux-oval.tar.zst', `${file}-oval.xml`), 'definition', every);
    writeFeed(feeds, `raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main/${file}-oval.xml`, xml);
    const bare = (bound: string): string => bound.replace(/^\d+:/, '');
    const fixes = readOval(xml).map(({ fixed, last, above, ...rest }) => ({
      ...rest,
      ...(fixed !== undefined && { fixed: bare(fixed) }),
      ...(last !== undefined && { last: bare(last) }),
      ...(above !== undefined && { above: bare(above) }),
    }));
    return { fixes, ofSources: true, builds: 'below-any' };
  };
}

/** OVAL of VMware as it was in 2020: a definition is an update of some binary packages. */
export function layPhoton(): LayFeed {
  return (feeds, every) => {
    const xml = thinned(nativeSample('claircore/photon/testdata/com.vmware.phsa-photon3.xml').toString('utf8'), 'definition', every);
    writeFeed(feeds, 'packages.vmware.com/photon/photon_oval_definitions/com.vmware.phsa-photon3.xml.gz', gzipSync(xml));
    return { fixes: readOval(xml), ofSources: false, builds: 'below-any' };
  };
}

/** Every test of a definition that has an upper end is a statement; a lower one beside it is of the same package. */
function readOval(xml: string): readonly NaiveFix[] {
  const text = xml.replaceAll(/<(\/?)[\w-]+:/g, '<$1');
  const records = (tag: string): ReadonlyMap<string, string> =>
    new Map(
      [...text.matchAll(new RegExp(`<${tag}\\b([^>]*)>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, head = '', body = '']) => [
        attribute(head, 'id'),
        body,
      ]),
    );
  const [tests, objects, states] = [records('rpminfo_test'), records('rpminfo_object'), records('rpminfo_state')];
  return [...records('definition')].flatMap(([advisory, body]) => {
    const cves = [...new Set([...body.matchAll(/ref_id="[^"]*?(CVE-\d+-\d+)"/g)].map(([, cve = '']) => cve))];
    const isCleared = body.includes('<patchable>Not Applicable<');
    const bounds = [...body.matchAll(/<criterion [^>]*test_ref="([^"]*)"/g)].flatMap(([, test = '']) => {
      const refers = tests.get(test) ?? '';
      const evr = /<evr[^>]*operation="([^"]*)"[^>]*>([^<]*)</.exec(states.get(/state_ref="([^"]*)"/.exec(refers)?.[1] ?? '') ?? '');
      const name = /<name>([^<]*)</.exec(objects.get(/object_ref="([^"]*)"/.exec(refers)?.[1] ?? '') ?? '')?.[1] ?? '';
      return evr ? [{ name, operation: evr[1], version: (evr[2] ?? '').replaceAll(/\s/g, '') }] : [];
    });
    const above = bounds.find(({ operation }) => operation === 'greater than')?.version;
    return bounds
      .filter(({ operation }) => operation !== 'greater than')
      .map(({ name, operation, version }) => ({
        advisory,
        cves,
        name,
        arch: '',
        module: undefined,
        ...(above !== undefined && { above }),
        ...(operation === 'less than' ? { fixed: version } : { last: version }),
        ...(isCleared && { isCleared }),
      }));
  });
}
