/** Keys of `enrichments` in a report: Clair's own message types, so that its clients find what they look for. */
export const enrichmentTypes = {
  cvss: 'message/vnd.clair.map.vulnerability; enricher=clair.cvss schema=https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema',
  epss: 'message/vnd.clair.map.vulnerability; enricher=clair.epss schema=https://csrc.nist.gov/schema/nvd/feed/1.1/cvss-v3.x.json',
  kev: 'message/vnd.clair.map.vulnerability; enricher=clair.kev schema=https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json',
} as const;

/** A CVSS vector and its score, named as in NVD's `cvssData`. */
export interface CvssEnrichment {
  /** `4.0`, `3.1`, `3.0` or `2.0`. */
  readonly version: string;
  readonly vectorString: string;
  /** 0.0 to 10.0, of the base metrics alone. */
  readonly baseScore: number;
  /** In CVSS' words: NONE LOW MEDIUM HIGH CRITICAL. */
  readonly baseSeverity: string;
  /** Who gave the vector: the updater of the row, or who NVD names. */
  readonly source: string;
}

/** How likely a vulnerability is to be exploited within 30 days (FIRST's EPSS), named as Clair does. */
export interface EpssEnrichment {
  readonly cve: string;
  /** 0 to 1. */
  readonly epss: number;
  /** 0 to 1: the share of all scored vulnerabilities that score no higher. Older feeds do not tell. */
  readonly percentile?: number;
  readonly modelVersion: string;
  /** Of the scores, ISO 8601; empty where the feed does not tell. */
  readonly date: string;
}

/** An entry of CISA's catalogue of known exploited vulnerabilities, named as Clair does. */
export interface KevEnrichment {
  readonly cve: string;
  readonly vulnerability_name: string;
  readonly catalog_version: string;
  readonly date_added: string;
  readonly short_description: string;
  readonly required_action: string;
  readonly due_date: string;
  /** `Known` or `Unknown`. */
  readonly known_ransomware_campaign_use: string;
}
