import { fakeLayer, type FakeEntry, type FakeLayer } from './fake-layer-engine.ts';
import { FakeTree } from './fake-layer-engine-tree.ts';

/**
 * The final file system of plain layers, base first, as one: what `stackLayers` does, without tar. Hard links to files become
 * files; one that leads to nothing stays as it is.
 */
export function fakeStack(layers: readonly FakeLayer[]): ReturnType<typeof fakeLayer> {
  const tree = new FakeTree(layers.map((layer) => Object.entries(layer)));
  const contentAt = (path: string, layer: number): FakeEntry | undefined => layers[layer]?.[path];
  const entries = [...tree.nodes()].map(({ path, layer, type, linkTarget = '' }): readonly [string, FakeEntry] => {
    if (type === 'directory') return [path, { directory: true }];
    if (type === 'symlink') return [path, { symlink: linkTarget }];
    const real = type === 'hardlink' ? tree.resolve(path) : { path, layer };
    const content = real && contentAt(real.path, real.layer);
    return [path, typeof content === 'string' ? content : { hardlink: linkTarget }];
  });
  return fakeLayer(Object.fromEntries(entries));
}
