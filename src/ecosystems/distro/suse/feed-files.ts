import type { SuseRelease } from './release.ts';

export const ovalFolder = 'https://ftp.suse.com/pub/projects/security/oval/';

/**
 * The documents that speak of a release, best first: `-affected` has what is not fixed too, the plain one only what is. SUSE Linux
 * Enterprise has one for each service pack, and one for all of a major version.
 */
export function urlsOf(release: SuseRelease): readonly string[] {
  return stemsOf(release)
    .flatMap((stem) => [`${stem}-affected`, stem])
    .map((name) => `${ovalFolder}${name}.xml.gz`);
}

function stemsOf({ line, versionId }: SuseRelease): readonly string[] {
  const [major = '', minor = ''] = versionId.split('.');
  switch (line) {
    case 'sles':
      if (Number(major) >= 16) return [`suse.linux.enterprise.${versionId}`, `suse.linux.enterprise.${major}`];
      return [
        ...(minor === '0' ? [] : [`suse.linux.enterprise.${major}-sp${minor}`]),
        `suse.linux.enterprise.${major}`,
        `suse.linux.enterprise.server.${major}`,
      ];
    case 'slem': {
      const name = `suse.linux.${Number(major) >= 6 ? 'micro' : 'enterprise.micro'}`;
      return [`${name}.${versionId}`, `${name}.${major}`];
    }
    case 'leap':
      // 13.2 and older were no Leap yet
      return [`opensuse.${Number(major) < 15 ? '' : 'leap.'}${versionId}`, `opensuse.leap.${versionId}`];
    default:
      return ['opensuse.tumbleweed'];
  }
}

/** `suse.linux.enterprise.15-sp4-affected.xml.gz`; the release that a document's name is of, if it is of one alone. */
export function releaseOfFile(name: string): SuseRelease | undefined {
  const stem = /^(.+?)(?:-affected)?\.xml\.gz$/.exec(name)?.[1] ?? '';
  if (stem === 'opensuse.tumbleweed') return { line: 'tumbleweed', versionId: 'tumbleweed' };
  const pack = /^suse\.linux\.enterprise\.(\d+)-sp(\d+)$/.exec(stem);
  if (pack) return { line: 'sles', versionId: `${pack[1]}.${pack[2]}` };
  const enterprise = /^suse\.linux\.enterprise\.(\d+\.\d+)$/.exec(stem)?.[1];
  if (enterprise !== undefined) return { line: 'sles', versionId: enterprise };
  const first = /^suse\.linux\.enterprise\.server\.(\d+)$/.exec(stem)?.[1];
  if (first !== undefined) return { line: 'sles', versionId: `${first}.0` };
  const micro = /^suse\.linux\.(?:enterprise\.)?micro\.(\d+\.\d+)$/.exec(stem)?.[1];
  if (micro !== undefined) return { line: 'slem', versionId: micro };
  const leap = /^opensuse\.(?:leap\.)?(\d+\.\d+)$/.exec(stem)?.[1];
  return leap === undefined ? undefined : { line: 'leap', versionId: leap };
}
