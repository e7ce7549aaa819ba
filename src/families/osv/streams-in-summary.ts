/**
 * `name:stream` of each module that a summary names (`Moderate: container-tools:rhel8 security update`, `virt:rhel and virt-devel:rhel`): records of
 * rebuilds of RHEL do not say anywhere else of which module a modular package is.
 */
export function streamsIn(summary: string): readonly string[] {
  const found = summary.slice(0, 1000).matchAll(/(?:^|[\s,(])([a-z0-9][\w.+-]{0,99}:[\w.+-]{1,99})(?=$|[\s,)])/gi);
  return [...new Set([...found].map(([, stream = '']) => stream))];
}
