import type { IndexRecord } from '../core/index.ts';
import { detectorName } from './detector.ts';

/**
 * A language's package in a Debian image is not Debian's, whatever its name: only what the package database lists is asked about.
 * A report of another Clair may name no detector; there, having a source package tells.
 * @param packageScanner name of the scanner that reads the database
 */
export function isFromDatabase({ package: { source, detector } }: IndexRecord, packageScanner: string): boolean {
  if (source === undefined) return false;
  return detector === '' || detectorName(detector) === packageScanner;
}
