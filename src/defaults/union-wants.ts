import type { Ecosystem, OpenImageRequest, Want } from '../contracts/index.ts';

const byDemand: readonly Want[] = ['no', 'peek', 'bytes', 'file'];

/** What any scanner of the ecosystems wants of an entry: the most that one of them asks for. */
export function unionWants(ecosystems: readonly Ecosystem[]): OpenImageRequest['wants'] {
  const scanners = ecosystems.flatMap(({ packageScanners, distributionScanners, repositoryScanners }) => [
    ...packageScanners,
    ...distributionScanners,
    ...repositoryScanners,
  ]);
  return (path, header, peek) => {
    let most: Want = 'no';
    for (const scanner of scanners) {
      const want = scanner.wants(path, header, peek);
      if (byDemand.indexOf(want) > byDemand.indexOf(most)) most = want;
    }
    return most;
  };
}
