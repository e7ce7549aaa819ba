/** What a name means in a layer (OCI image specification, layer.md, "Whiteouts"). */
export type LayerName =
  | { readonly kind: 'entry'; readonly path: string }
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly path: string }
  /** Book-keeping of aufs, or a marker that names nothing. */
  | { readonly kind: 'ignored' };

const prefix = '.wh.';
const metadataPrefix = '.wh..wh.';
const opaqueName = '.wh..wh..opq';
const ignored: LayerName = { kind: 'ignored' };

export function parseLayerName(path: string): LayerName {
  if (!path.includes(prefix)) return { kind: 'entry', path };
  const slash = path.lastIndexOf('/');
  const directory = slash < 0 ? '' : path.slice(0, slash);
  const name = path.slice(slash + 1);
  if (directory !== '' && `/${directory}`.includes(`/${prefix}`)) return ignored;
  if (!name.startsWith(prefix)) return { kind: 'entry', path };
  if (name === opaqueName) return { kind: 'opaque', path: directory };
  const hidden = name.slice(prefix.length);
  if (name.startsWith(metadataPrefix) || hidden === '' || hidden === '.' || hidden === '..') return ignored;
  return { kind: 'whiteout', path: directory === '' ? hidden : `${directory}/${hidden}` };
}
