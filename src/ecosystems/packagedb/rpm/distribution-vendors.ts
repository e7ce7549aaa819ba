/** What distributions write into `Vendor` of their packages, in lower case; some add an address or a country. */
const vendors = [
  'red hat',
  'centos',
  'fedora',
  'almalinux',
  'rocky',
  'cloudlinux',
  'oracle america',
  'amazon',
  'suse',
  'opensuse',
  'vmware',
  'broadcom',
  'microsoft',
  'openeuler',
  'mageia',
];

/**
 * Whether a package is of a distribution rather than of somebody else's repository: only a distribution's advisories speak of what its packages
 * bring along, so only there its vendor answers for a language's package in them. A package that names no vendor is taken for one.
 */
export function isDistributionVendor(vendor: string): boolean {
  const named = vendor.trim().toLowerCase();
  return named === '' || vendors.some((known) => named.startsWith(known));
}
