/** What a VEX document of CSAF 2.0 says, as far as matching and evidence need it. */
export interface CsafDocument {
  /** `document.tracking.id`. */
  readonly id: string;
  /** `document.tracking.status`: `draft`, `interim`, `final`; Red Hat also `deleted`. */
  readonly status: string;
  readonly products: ProductTree;
  readonly vulnerabilities: readonly CsafVulnerability[];
  /** Address of the document itself, and the others that it refers to. */
  readonly references: readonly string[];
}

/** What identifies a product: at most one of the two where it is known at all. */
export interface CsafProduct {
  readonly cpe?: string;
  readonly purl?: string;
}

/** A component (a package) in a platform (a product of the vendor). */
export interface ComponentInPlatform {
  readonly component: CsafProduct;
  readonly platform: CsafProduct;
}

export interface ProductTree {
  /**
   * What a product id stands for, through at most five relationships on either side. Undefined for a product that is no component of another;
   * `dangling` where the ids lead to nothing.
   */
  resolve(productId: string): ComponentInPlatform | 'dangling' | undefined;
}

export const csafStatuses = ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'] as const;
export type CsafStatus = (typeof csafStatuses)[number];

/** A product under one status, with the place where the document says so. */
export interface CsafStatement {
  readonly productId: string;
  /** RFC 6901. */
  readonly pointer: string;
}

export interface CsafRemediation {
  /** `vendor_fix`, `workaround`, `no_fix_planned`, `none_available`, `mitigation`. */
  readonly category: string;
  readonly details: string;
  readonly url: string;
}

export interface CsafVulnerability {
  readonly cve: string;
  readonly title: string;
  readonly description: string;
  /** As written: ISO 8601. */
  readonly releaseDate: string;
  readonly references: readonly string[];
  readonly statements: ReadonlyMap<CsafStatus, readonly CsafStatement[]>;
  /** By product id. */
  readonly remediations: ReadonlyMap<string, readonly CsafRemediation[]>;
  /** The vendor's word of a product: its `impact` threat. By product id. */
  readonly impacts: ReadonlyMap<string, string>;
  /** Base score by product id, of the newest CVSS version that is there. */
  readonly scores: ReadonlyMap<string, number>;
}
