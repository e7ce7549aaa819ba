import {
  scannerKey,
  type AskedPath,
  type Findings,
  type LayerArtifact,
  type LayerFile,
  type LayerWalk,
  type Scanner,
} from '../../contracts/index.ts';
import { ClaircoreError, throwIfAborted } from '../../core/index.ts';

/** Gives each scanner its files of the walk and keeps what it found, be it nothing. @throws ClaircoreError `INTERNAL` for a scanner that throws */
export async function runScanners(walk: LayerWalk, scanners: readonly Scanner[], signal: AbortSignal): Promise<readonly LayerArtifact[]> {
  const artifacts: LayerArtifact[] = [];
  for (const scanner of scanners) {
    const { name, version, kind } = scanner;
    const files = walk.files.get(scannerKey(scanner)) ?? [];
    const findings = await findingsOf(scanner, files, signal);
    artifacts.push({ scanner: { name, version, kind }, findings, read: files.map(toAskedPath).sort(byAsked) });
  }
  return artifacts;
}

async function findingsOf(scanner: Scanner, files: readonly LayerFile[], signal: AbortSignal): Promise<Findings> {
  throwIfAborted(signal);
  try {
    return await scanner.scan(files, { signal });
  } catch (error) {
    throwIfAborted(signal);
    // A bad file is a diagnostic of the scanner; what it throws is a defect, whatever class it has.
    throw new ClaircoreError('INTERNAL', { scanner: scannerKey(scanner) }, { cause: error });
  }
}

function toAskedPath(file: LayerFile): AskedPath {
  return { asked: file.path, real: file.realPath };
}

export function byAsked(a: AskedPath, b: AskedPath): number {
  if (a.asked !== b.asked) return a.asked < b.asked ? -1 : 1;
  return a.real < b.real ? -1 : Number(a.real > b.real);
}
