import type { ScannerIdentity } from '../contracts/index.ts';

/** What a package says of who found it (`PackageFacts.detector`). */
export function detectorUrn(scanner: ScannerIdentity): string {
  return `urn:claircore:detector:${scanner.name}:${scanner.version}:${scanner.kind}`;
}

/** The scanner's name in such a URN; undefined for anything else. */
export function detectorName(urn: string): string | undefined {
  const [scheme, project, type, name] = urn.split(':', 4);
  return scheme === 'urn' && project === 'claircore' && type === 'detector' ? name : undefined;
}
