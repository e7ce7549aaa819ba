import { realpath, stat } from 'node:fs/promises';
import { defineImageSource, type ImageSource, type OpenedImage, type OpenImageRequest } from '../../contracts/index.ts';
import {
  defaultLimits,
  InputError,
  parseLayerDigest,
  parseManifestDigest,
  type OpenContentOptions,
  type TreeEntry,
} from '../../core/index.ts';
import { detectForm } from './detect.ts';
import { digestDirectory } from './directory-digest.ts';
import { walkDirectory, type WalkedEntry } from './directory-walk.ts';
import { readNative } from './read-native.ts';
import { unreadable } from './random-access.ts';

/** Of a running system, what the kernel shows there and is on no disk. */
const kernelDirectories: ReadonlySet<string> = new Set(['dev', 'proc', 'sys']);

/** A root file system in a directory: one layer, read as it is. */
export const rootDirectorySource: ImageSource = defineImageSource({
  id: 'dir',
  detect: async (location, options) => (await detectForm(location, options)) === 'dir',
  open: openDirectory,
});

async function openDirectory(request: OpenImageRequest): Promise<OpenedImage> {
  const { location, select, limits = defaultLimits, signal } = request;
  const root = await realDirectory(location);
  if (select !== undefined) throw new InputError('IMAGE_TAG_UNKNOWN', { tag: select, names: [] });
  const skipped: ReadonlySet<string> = root === '/' ? kernelDirectories : new Set();
  const { digest, diagnostics } = await digestDirectory(root, { wants: request.wants, limits, skipped, signal });
  const layerDigest = parseLayerDigest(digest);
  const entries = (options?: OpenContentOptions): AsyncIterable<TreeEntry> => listEntries(root, skipped, options);
  return {
    manifest: {
      digest: parseManifestDigest(digest),
      layers: [{ digest: layerDigest, diffId: layerDigest, content: { kind: 'tree', entries, diagnostics } }],
    },
    inflatedToOpen: 0,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function realDirectory(location: string): Promise<string> {
  const root = await realpath(location).catch((cause: unknown) => {
    throw unreadable(location, cause);
  });
  if (!(await stat(root)).isDirectory()) throw new InputError('IMAGE_UNREADABLE', { path: location, reason: 'not a directory' });
  return root;
}

async function* listEntries(root: string, skipped: ReadonlySet<string>, options: OpenContentOptions = {}): AsyncGenerator<TreeEntry> {
  for await (const entry of walkDirectory(root, { skipped, signal: options.signal })) yield toTreeEntry(entry);
}

function toTreeEntry({ path, header, native }: WalkedEntry): TreeEntry {
  return { path, header, open: (options) => readNative(native, header.size, options) };
}
