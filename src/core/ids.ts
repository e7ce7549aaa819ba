declare const brand: unique symbol;

/** The first 32 hex digits of SHA-256 over the identity of the thing (see runtime/identity.ts). */
export type PackageId = string & { readonly [brand]: 'package' };
export type DistributionId = string & { readonly [brand]: 'distribution' };
export type RepositoryId = string & { readonly [brand]: 'repository' };
export type VulnerabilityId = string & { readonly [brand]: 'vulnerability' };
