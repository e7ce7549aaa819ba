/** The parts of a package URL that advisories use. */
export interface PackageUrl {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** Reads `pkg:type/namespace/name@version?qualifiers#subpath` (purl-spec); undefined for anything else. */
export function parsePurl(text: string): PackageUrl | undefined {
  if (!text.startsWith('pkg:')) return undefined;
  const [withoutSubpath = ''] = text.slice('pkg:'.length).split('#', 1);
  const [path = '', query = ''] = splitAt(withoutSubpath, withoutSubpath.indexOf('?'));
  const [names = '', version = ''] = splitAt(path, path.lastIndexOf('@'));
  const parts = names.split('/').filter((part) => part !== '');
  const [type, ...others] = parts;
  const name = others.pop();
  if (type === undefined || name === undefined) return undefined;
  const decoded = [others.join('/'), name, version].map(decode);
  const [namespace, decodedName, decodedVersion] = decoded;
  if (namespace === undefined || decodedName === undefined || decodedVersion === undefined) return undefined;
  return { type: type.toLowerCase(), namespace, name: decodedName, version: decodedVersion, qualifiers: readQualifiers(query) };
}

function readQualifiers(query: string): ReadonlyMap<string, string> {
  const qualifiers = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [key = '', value = ''] = splitAt(pair, pair.indexOf('='));
    const decoded = decode(value);
    if (key !== '' && decoded !== undefined) qualifiers.set(key.toLowerCase(), decoded);
  }
  return qualifiers;
}

function splitAt(text: string, at: number): readonly string[] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string | undefined {
  // Nearly none is encoded.
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
