import { defineDistributionScanner, type DistributionScanner, type FoundDistribution, type LayerFile } from '../contracts/index.ts';
import type { Diagnostic, DistributionFacts } from '../core/index.ts';
import { parseOsRelease, type OsRelease } from '../formats/os-release/index.ts';

/** Where os-release(5) says the file is; the first is mostly a link to the second, which the engine follows. */
const osReleasePaths: ReadonlySet<string> = new Set(['etc/os-release', 'usr/lib/os-release']);

export interface ReleaseFileScannerOptions {
  readonly name: string;
  readonly version: number;
  /** Besides the two of os-release(5): read only where a layer has neither. */
  readonly otherPaths?: ReadonlySet<string>;
  /** The distribution that a file names, if it is one that this scanner knows. */
  readonly identify: (release: OsRelease, path: string) => DistributionFacts | undefined;
  /** Set for the scanner that knows no distribution. */
  readonly fallback?: true;
  /** What there is to say of a file besides. */
  readonly diagnose?: (release: OsRelease, file: LayerFile) => readonly Diagnostic[];
}

/** A scanner of release files: gives one distribution a file, whatever number of them a layer has. */
export function createReleaseFileScanner(options: ReleaseFileScannerOptions): DistributionScanner {
  const { name, version, otherPaths, identify, fallback, diagnose } = options;
  return defineDistributionScanner({
    name,
    version,
    kind: 'distribution',
    wants: (path) => (osReleasePaths.has(path) || otherPaths?.has(path) === true ? 'bytes' : 'no'),
    async scan(files) {
      const distributions: FoundDistribution[] = [];
      const diagnostics: Diagnostic[] = [];
      for (const file of preferred(files)) {
        const release = parseOsRelease(new TextDecoder().decode(await file.bytes()));
        const facts = identify(release, file.path);
        if (facts) distributions.push({ facts, path: file.path, ...(fallback && { fallback }) });
        if (diagnose) diagnostics.push(...diagnose(release, file));
      }
      return { distributions, diagnostics };
    },
  });
}

function preferred(files: readonly LayerFile[]): readonly LayerFile[] {
  const standard = files.filter((file) => osReleasePaths.has(file.path));
  return standard.length > 0 ? standard : files;
}
