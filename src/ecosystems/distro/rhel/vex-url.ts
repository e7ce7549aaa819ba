/** Where Red Hat keeps its VEX documents: a directory a year, an archive of all, and two lists of what came after it. */
export const vexBaseUrl = 'https://security.access.redhat.com/data/csaf/v2/vex/';

export const changesName = 'changes.csv';
export const deletionsName = 'deletions.csv';
export const latestName = 'archive_latest.txt';

const documentPath = /(?:^|\/)(\d{4}\/cve-\d{4}-\d{1,19}\.json)$/i;

/** `2023/cve-2023-38545.json`, however a list or an archive writes it; undefined for the path of anything else. */
export function documentPathOf(path: string): string | undefined {
  return documentPath.exec(path)?.[1]?.toLowerCase();
}

/** The CVE that a document is about. */
export function cveOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length).toUpperCase();
}
