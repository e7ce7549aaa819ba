import { attribute, child, childText, childrenOf, type XmlElement } from '../xml/index.ts';

/** Definitions, tests, objects, states, variables: OVAL 5.11, https://oval.mitre.org/language/version5.11/ */
export interface OvalDefinition {
  readonly id: string;
  /** `patch`, `vulnerability`, … */
  readonly class: string;
  readonly title: string;
  readonly description: string;
  readonly platforms: readonly string[];
  readonly references: readonly OvalReference[];
  /** The vendor's word, or empty. */
  readonly severity: string;
  /** As the vendor writes them, or empty. */
  readonly issued: string;
  readonly updated: string;
  readonly cves: readonly OvalCve[];
  /** Addresses besides: bugs, notices. */
  readonly links: readonly string[];
  /** Microsoft's word on whether there is a fix, or empty. */
  readonly patchable: string;
  /** Red Hat's: CPEs of the products that it is about. */
  readonly cpes?: readonly string[];
  /** Red Hat's: what becomes of components that have no fix. */
  readonly resolutions?: readonly OvalResolution[];
}

export interface OvalResolution {
  /** `Affected`, `Will not fix`, … */
  readonly state: string;
  /** Source packages, those of modules as `nodejs:16/nodejs`. */
  readonly components: readonly string[];
}

export interface OvalReference {
  readonly source: string;
  readonly id: string;
  readonly url: string;
}

export interface OvalCve {
  readonly id: string;
  readonly url: string;
  /** The vendor's word for this one of several, or empty. */
  readonly impact: string;
}

const cveId = /CVE-\d{4}-\d{4,19}/;

/** Reads all of a `definition` but its criteria; undefined for one without an id. */
export function parseDefinition(element: XmlElement): OvalDefinition | undefined {
  const id = attribute(element, 'id');
  const metadata = child(element, 'metadata');
  if (id === '') return undefined;
  // Microsoft has no `advisory`: what is in it elsewhere stands in the metadata.
  const advisory = child(metadata, 'advisory') ?? metadata;
  const references = childrenOf(metadata, 'reference').map((each) => ({
    source: attribute(each, 'source'),
    id: attribute(each, 'ref_id'),
    url: attribute(each, 'ref_url'),
  }));
  return {
    id,
    class: attribute(element, 'class'),
    title: childText(metadata, 'title'),
    description: childText(metadata, 'description'),
    platforms: childrenOf(child(metadata, 'affected'), 'platform').map(({ text }) => text.trim()),
    references,
    severity: childText(advisory, 'severity'),
    issued: attribute(child(advisory, 'issued'), 'date') || childText(advisory, 'advisory_date') || childText(advisory, 'public_date'),
    updated: attribute(child(advisory, 'updated'), 'date'),
    cves: distinctCves([
      ...childrenOf(advisory, 'cve').map(toCve),
      ...references.map(({ id: name, url }) => ({ id: name, url, impact: '' })),
    ]),
    links: linksIn(advisory),
    patchable: childText(metadata, 'patchable'),
    ...redHatFacts(advisory),
  };
}

function redHatFacts(advisory: XmlElement | undefined): Pick<OvalDefinition, 'cpes' | 'resolutions'> {
  const [list, affected] = [child(advisory, 'affected_cpe_list'), child(advisory, 'affected')];
  const toResolution = (each: XmlElement): OvalResolution => ({
    state: attribute(each, 'state'),
    components: childrenOf(each, 'component').map(({ text }) => text.trim()),
  });
  return {
    ...(list && { cpes: childrenOf(list, 'cpe').map(({ text }) => text.trim()) }),
    ...(affected && { resolutions: childrenOf(affected, 'resolution').map(toResolution) }),
  };
}

function toCve(element: XmlElement): OvalCve {
  return { id: element.text, url: attribute(element, 'href'), impact: attribute(element, 'impact') || attribute(element, 'priority') };
}

/** Each CVE once, whatever is written around its id (`CVE-1999-0077 at SUSE`, `CVE:00001:CVE-2019-16168`). */
function distinctCves(named: readonly OvalCve[]): readonly OvalCve[] {
  const found = new Map<string, OvalCve>();
  for (const { id: text, url, impact } of named) {
    const id = cveId.exec(text)?.[0];
    if (id !== undefined && !found.has(id)) found.set(id, { id, url, impact });
  }
  return [...found.values()];
}

function linksIn(advisory: XmlElement | undefined): readonly string[] {
  const links = (advisory?.children ?? []).flatMap((each) => {
    if (each.name === 'bugzilla') return [attribute(each, 'href')];
    return each.name === 'bug' || each.name === 'ref' ? [each.text.trim()] : [];
  });
  return links.filter((link) => /^https?:\/\//.test(link));
}
