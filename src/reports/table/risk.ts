import { enrichmentTypes, type VulnerabilityId, type VulnerabilityReport } from '../../core/index.ts';

/** What is known of how likely a vulnerability is to be used. */
export interface Risk {
  /** It stands in CISA's catalogue of what is exploited. */
  readonly isExploited: boolean;
  /** Exploited by ransomware. */
  readonly isRansomware: boolean;
  /** EPSS: 0 to 1; undefined where there is none. */
  readonly epss: number | undefined;
  /** The highest CVSS score, 0 to 10; undefined where there is none. */
  readonly score: number | undefined;
}

export const noRisk: Risk = { isExploited: false, isRansomware: false, epss: undefined, score: undefined };

/** The risks of a report's vulnerabilities, from its enrichments. */
export function risksOf({ enrichments, vulnerabilities }: VulnerabilityReport): ReadonlyMap<VulnerabilityId, Risk> {
  const [cvss, epss, kev] = [enrichmentTypes.cvss, enrichmentTypes.epss, enrichmentTypes.kev].map((type) => enrichments.get(type) ?? []);
  const risks = new Map<VulnerabilityId, Risk>();
  if (enrichments.size === 0) return risks;
  for (const id of vulnerabilities.keys()) {
    const exploited = itemsOf(kev, id);
    risks.set(id, {
      isExploited: exploited.length > 0,
      isRansomware: exploited.some((item) => valueOf(item, 'known_ransomware_campaign_use') === 'Known'),
      epss: highest(itemsOf(epss, id), 'epss'),
      score: highest(itemsOf(cvss, id), 'baseScore'),
    });
  }
  return risks;
}

/** The greater of each. */
export function worseRisk(a: Risk, b: Risk): Risk {
  return {
    isExploited: a.isExploited || b.isExploited,
    isRansomware: a.isRansomware || b.isRansomware,
    epss: greater(a.epss, b.epss),
    score: greater(a.score, b.score),
  };
}

/** What is exploited first, then by EPSS, then by score; what is not known comes after what is. */
export function compareRisk(a: Risk, b: Risk): number {
  return Number(b.isExploited) - Number(a.isExploited) || (b.epss ?? -1) - (a.epss ?? -1) || (b.score ?? -1) - (a.score ?? -1);
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** Of a type: a list of objects from vulnerability id to a list. */
function itemsOf(maps: readonly unknown[] | undefined, id: VulnerabilityId): readonly unknown[] {
  return (maps ?? []).flatMap((map) => {
    const items = valueOf(map, id);
    return Array.isArray(items) ? (items as readonly unknown[]) : [];
  });
}

function highest(items: readonly unknown[], name: string): number | undefined {
  let found: number | undefined;
  for (const item of items) {
    const value = valueOf(item, name);
    if (typeof value === 'number' && Number.isFinite(value)) found = greater(found, value);
  }
  return found;
}

function valueOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
