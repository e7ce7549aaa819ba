/** Which file it is that shows a distribution. */
export type MetadataPlace = 'dist-info' | 'egg-info' | 'egg-info-file' | 'egg';

const endings = [
  ['/METADATA', '.dist-info', 'dist-info'],
  ['/PKG-INFO', '.egg-info', 'egg-info'],
  ['/PKG-INFO', '/EGG-INFO', 'egg'],
] as const satisfies readonly (readonly [string, string, MetadataPlace])[];

/**
 * Which metadata is at the path: of a wheel (`x.dist-info/METADATA`), of setuptools (`x.egg-info/PKG-INFO`), of distutils (`x.egg-info`, a file) or of an
 * unpacked egg (`x.egg/EGG-INFO/PKG-INFO`).
 */
export function metadataPlace(path: string): MetadataPlace | undefined {
  if (path.endsWith('.egg-info')) return isNamed(path, path.length - '.egg-info'.length) ? 'egg-info-file' : undefined;
  for (const [file, directory, place] of endings) {
    if (!path.endsWith(file)) continue;
    const end = path.length - file.length;
    if (
      `/${path.slice(Math.max(0, end - directory.length), end)}`.endsWith(directory) &&
      (place === 'egg' || isNamed(path, end - directory.length))
    )
      return place;
  }
  return undefined;
}

/** Whether there is a name before `end`: `.egg-info` alone is none. */
function isNamed(path: string, end: number): boolean {
  return end > 0 && path.charAt(end - 1) !== '/';
}
