import { definePackageScanner, type PackageScanner } from '../contracts/index.ts';

/** A scanner that wants what it is told to want, and finds nothing: for tests of who gives it files. */
export function wantingScanner(wants: PackageScanner['wants'], name = 'wanting'): PackageScanner {
  return definePackageScanner({ name, version: 1, kind: 'package', wants, scan: () => ({}) });
}
