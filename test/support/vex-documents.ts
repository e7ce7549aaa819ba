import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { defaultLimits } from '../../src/core/index.ts';
import { decompress } from '../../src/formats/compression/index.ts';
import { tarEnd, tarEntry, tarMembers } from '../../src/formats/tar/index.ts';
import { sharedPath } from './shared-data.ts';

/** What Red Hat's security data API says of a CVE: just what the proofs need. */
export interface HydraCve {
  readonly name: string;
  readonly threat_severity?: string;
  readonly public_date?: string;
  readonly affected_release?: readonly { readonly advisory: string; readonly cpe: string; readonly package?: string }[];
  readonly package_state?: readonly { readonly cpe: string; readonly package_name: string; readonly fix_state: string }[];
}

export const hydraPath = 'data/redhat/redhat-cve-hydra.tar.zst';
export const vexHost = 'security.access.redhat.com';

/** The CVEs of the shared copy, one at a time, in the order of the archive. */
export async function* readHydra(isWanted: (text: string) => boolean = () => true): AsyncGenerator<HydraCve> {
  const { stream } = decompress(createReadStream(sharedPath(hydraPath)), { limits: defaultLimits });
  for await (const { bytes } of tarMembers(stream, { maxBytes: 16 * 1024 * 1024, wants: (path) => path.endsWith('.json') })) {
    const text = new TextDecoder().decode(bytes);
    if (isWanted(text)) yield JSON.parse(text) as HydraCve;
  }
}

/** `name`, epoch and `version-release` of `curl-0:7.61.1-22.el8`; undefined for modules, containers and what names no epoch. */
export function splitNevr(text: string): { readonly name: string; readonly epoch: string; readonly evr: string } | undefined {
  const [, name, epoch, evr] = /^([^:/]+)-(\d+):([^:/]+-[^:/-]+)$/.exec(text) ?? [];
  return name === undefined || epoch === undefined || evr === undefined ? undefined : { name, epoch, evr };
}

const remedies: Readonly<Record<string, readonly [category: string, details: string]>> = {
  Affected: ['none_available', 'Affected'],
  'Fix deferred': ['none_available', 'Fix deferred'],
  'Out of support scope': ['no_fix_planned', 'Out of support scope'],
  'Will not fix': ['no_fix_planned', 'Will not fix'],
};
const statuses: Readonly<Record<string, string>> = { 'Not affected': 'known_not_affected', 'Under investigation': 'under_investigation' };

/** A VEX document in the form of Red Hat's that says what the API says. Each fix is of a binary package with the name of its source, for x86_64. */
export function toVexDocument(cve: HydraCve): object {
  const platforms = new Map<string, string>();
  const components = new Map<string, string>();
  const relationships: object[] = [];
  const status: Record<string, string[]> = {};
  const remediations: object[] = [];
  const state = (name: string, cpe: string, component: string, purl: string): string => {
    const platform = platforms.get(cpe) ?? `platform-${platforms.size}`;
    platforms.set(cpe, platform);
    components.set(component, purl);
    const id = `${platform}:${component}`;
    const list = (status[name] ??= []);
    if (list.includes(id)) return id;
    list.push(id);
    relationships.push({
      category: 'default_component_of',
      full_product_name: { name: id, product_id: id },
      product_reference: component,
      relates_to_product_reference: platform,
    });
    return id;
  };
  for (const { advisory, cpe, package: nevr } of cve.affected_release ?? []) {
    const found = splitNevr(nevr ?? '');
    if (!found) continue;
    const epoch = found.epoch === '0' ? '' : `&epoch=${found.epoch}`;
    const purl = `pkg:rpm/redhat/${encodeURIComponent(found.name)}@${encodeURIComponent(found.evr)}?arch=x86_64${epoch}`;
    const id = state('fixed', cpe, `${nevr}.x86_64`, purl);
    remediations.push({ category: 'vendor_fix', details: 'x', product_ids: [id], url: `https://access.redhat.com/errata/${advisory}` });
  }
  for (const { cpe, package_name, fix_state } of cve.package_state ?? []) {
    if (package_name.includes('/') || package_name.includes(':')) continue;
    const name = statuses[fix_state] ?? 'known_affected';
    const suffix = name === 'known_not_affected' ? '' : '?arch=src';
    const id = state(name, cpe, `${package_name}${suffix}`, `pkg:rpm/redhat/${encodeURIComponent(package_name)}${suffix}`);
    const [category, details] = remedies[fix_state] ?? [];
    if (category !== undefined) remediations.push({ category, details, product_ids: [id] });
  }
  const all = Object.values(status).flat();
  const product = (id: string, helper: object): object => ({
    name: id,
    product: { name: id, product_id: id, product_identification_helper: helper },
  });
  return {
    document: { category: 'csaf_vex', csaf_version: '2.0', tracking: { id: cve.name, status: 'final' } },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Red Hat',
          branches: [
            ...[...platforms].map(([cpe, id]) => product(id, { cpe })),
            ...[...components].map(([id, purl]) => product(id, { purl })),
          ],
        },
      ],
      relationships,
    },
    vulnerabilities: [
      {
        cve: cve.name,
        notes: [{ category: 'description', text: `what ${cve.name} is about` }],
        product_status: status,
        release_date: cve.public_date,
        remediations,
        threats: cve.threat_severity === undefined ? [] : [{ category: 'impact', details: cve.threat_severity, product_ids: all }],
      },
    ],
  };
}

/** `2023/cve-2023-38545.json` */
export function vexPath(cve: string): string {
  return `${cve.slice(4, 8)}/${cve.toLowerCase()}.json`;
}

/** Lays documents and the list of repositories out as a mirror of Red Hat's host under `root`; the archive is compressed by node. */
export async function writeVexMirror(
  root: string,
  documents:
    | AsyncIterable<{ readonly name: string; readonly document: object }>
    | Iterable<{ readonly name: string; readonly document: object }>,
  repositories: Readonly<Record<string, readonly string[]>>,
  archive = 'csaf_vex_2025-01-01.tar.zst',
): Promise<void> {
  const { createZstdCompress } = await import('node:zlib');
  const folder = join(root, vexHost, 'data/csaf/v2/vex');
  mkdirSync(folder, { recursive: true });
  const out = createZstdCompress();
  const file = createWriteStream(join(folder, archive));
  out.pipe(file);
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!out.write(bytes)) await once(out, 'drain');
  };
  for await (const { name, document } of documents) {
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    for await (const chunk of tarEntry({ path: vexPath(name), type: 'file', size: bytes.length }, [bytes])) await write(chunk);
  }
  await write(tarEnd());
  out.end();
  await once(file, 'close');
  writeFileSync(join(folder, 'archive_latest.txt'), archive);
  writeFileSync(join(folder, 'changes.csv'), '');
  writeFileSync(join(folder, 'deletions.csv'), '');
  const metrics = join(root, vexHost, 'data/metrics');
  mkdirSync(metrics, { recursive: true });
  const data = Object.fromEntries(Object.entries(repositories).map(([id, cpes]) => [id, { cpes, repo_relative_urls: [] }]));
  writeFileSync(join(metrics, 'repository-to-cpe.json'), JSON.stringify({ data }));
}
