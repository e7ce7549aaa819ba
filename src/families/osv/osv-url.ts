import { osvBucketUrl as bucketUrl } from './advisories-of-record.ts';

/** All records of an ecosystem. */
export function osvArchiveUrl(bucket: string): string {
  return `${bucketUrl}/${encodeURIComponent(bucket)}/all.zip`;
}

/** When each record of an ecosystem was last changed. */
export function osvListUrl(bucket: string): string {
  return `${bucketUrl}/${encodeURIComponent(bucket)}/${osvListName}`;
}

export const osvListName = 'modified_id.csv';
