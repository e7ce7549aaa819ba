import { defineDistributionScanner, type FoundDistribution, type LayerFile } from '../../../contracts/index.ts';
import { parseOsRelease } from '../../../formats/os-release/index.ts';
import { distributionOf, releaseOf, releaseOfText, type RhelRelease } from './release.ts';

const osReleasePaths: ReadonlySet<string> = new Set(['etc/os-release', 'usr/lib/os-release']);
/** One line, from before there was an os-release. */
const textPaths: ReadonlySet<string> = new Set(['etc/redhat-release', 'etc/centos-release']);
/** Where there is this, `redhat-release` is there for those who ask for nothing else. */
const foreignPath = 'etc/oracle-release';

/** Release files of Red Hat Enterprise Linux and of the CentOS that was built from it. */
export const rhelDistributionScanner = defineDistributionScanner({
  name: 'rhel',
  version: 1,
  kind: 'distribution',
  wants: (path) => (osReleasePaths.has(path) || textPaths.has(path) || path === foreignPath ? 'bytes' : 'no'),
  async scan(files) {
    const standard = files.filter(({ path }) => osReleasePaths.has(path));
    const isForeign = files.some(({ path }) => path === foreignPath);
    const telling = standard.length > 0 || isForeign ? standard : files;
    const found = await Promise.all(telling.map(read));
    return { distributions: found.flatMap((one) => one ?? []) };
  },
});

async function read(file: LayerFile): Promise<FoundDistribution | undefined> {
  const release = identify(file.path, new TextDecoder().decode(await file.bytes()));
  return release && { facts: distributionOf(release), path: file.path };
}

function identify(path: string, text: string): RhelRelease | undefined {
  return osReleasePaths.has(path) ? releaseOf(parseOsRelease(text)) : releaseOfText(text);
}
