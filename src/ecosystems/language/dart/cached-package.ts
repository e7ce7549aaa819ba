const manifest = '/pubspec.yaml';

/**
 * The package whose manifest is at that path of a cache of pub: `hosted/HOST/NAME-VERSION/pubspec.yaml`. Pub itself goes by the name of the directory
 * (dart.dev, "pub cache"); names have no dash.
 */
export function cachedPackage(path: string): { readonly name: string; readonly version: string } | undefined {
  if (!path.endsWith(manifest)) return undefined;
  const [directory = '', host = '', hosted = ''] = path.slice(0, -manifest.length).split('/').slice(-3).toReversed();
  const dash = directory.indexOf('-');
  const [name, version] = [directory.slice(0, Math.max(dash, 0)), directory.slice(dash + 1)];
  return hosted === 'hosted' && host !== '' && /^\w+$/u.test(name) && /^\d/u.test(version) ? { name, version } : undefined;
}
