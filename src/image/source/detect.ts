import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClaircoreError, defaultLimits } from '../../core/index.ts';
import { decompress } from '../../formats/compression/index.ts';
import { cleanPath, TarReader } from '../../formats/tar/index.ts';
import { indexArchive } from './archive-index.ts';
import { openFile, readRange, type RandomAccess } from './random-access.ts';

/** What a path seems to hold. */
export type ImageForm = 'oci-dir' | 'dir' | 'oci-archive' | 'docker-archive' | 'unknown';

export interface DetectOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Options with which several sources are asked about one place: what it holds is looked at once. */
export class SharedDetection implements DetectOptions {
  readonly signal: AbortSignal | undefined;
  readonly #path: string;
  #form: Promise<ImageForm> | undefined;

  constructor(path: string, { signal }: DetectOptions) {
    this.#path = path;
    this.signal = signal;
  }

  form(path: string): Promise<ImageForm> {
    return path === this.#path ? (this.#form ??= judge(path, this)) : judge(path, this);
  }
}

/** Of an archive that is compressed as a whole, inflated bytes that are looked at: the names of the first members tell. */
const headBytes = 1024 * 1024;

/**
 * Judges by content: a directory with `oci-layout` is a layout, another one a root file system; an archive with `index.json` and what
 * belongs to it an OCI archive (Docker 25 and later write both lists), one with `manifest.json` a docker-archive.
 *
 * @throws InputError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`; AbortedError
 */
export function detectForm(path: string, options: DetectOptions = {}): Promise<ImageForm> {
  return options instanceof SharedDetection ? options.form(path) : judge(path, options);
}

async function judge(path: string, options: DetectOptions): Promise<ImageForm> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() === true) return (await isLayout(path)) ? 'oci-dir' : 'dir';
  if (stats?.isFile() !== true) return 'unknown';
  await using file = await openFile(path);
  return (await detectPlain(file, options)) ?? (await detectCompressed(file, options));
}

async function isLayout(directory: string): Promise<boolean> {
  const isFile = async (name: string): Promise<boolean> => (await stat(join(directory, name)).catch(() => undefined))?.isFile() === true;
  return (await isFile('oci-layout')) && (await isFile('index.json'));
}

/** Undefined for what is no tar, or one that ends too early. */
async function detectPlain(file: RandomAccess, { signal }: DetectOptions): Promise<ImageForm | undefined> {
  const index = await orUndefined(indexArchive(file, { limits: defaultLimits, signal }));
  if (!index) return undefined;
  if (index.has('index.json') && (index.has('oci-layout') || !index.has('manifest.json'))) return 'oci-archive';
  if (index.has('manifest.json')) return 'docker-archive';
  return undefined;
}

/** By the names at the head of the archive, inflated where it is compressed. */
async function detectCompressed(file: RandomAccess, { signal }: DetectOptions): Promise<ImageForm> {
  const names: string[] = [];
  const reader = new TarReader({ entry: ({ path }) => void names.push(cleanPath(path)), diagnostic: () => undefined });
  const { stream } = decompress(readRange(file, { offset: 0, length: file.size }, { signal }), { limits: defaultLimits, signal });
  let bytes = 0;
  await orUndefined(
    (async () => {
      for await (const chunk of stream) {
        reader.write(chunk);
        bytes += chunk.length;
        if (bytes >= headBytes) return;
      }
    })(),
  );
  if (names.some((name) => name === 'oci-layout' || name === 'index.json' || name === 'blobs' || name.startsWith('blobs/')))
    return 'oci-archive';
  return names.some(isDockerName) ? 'docker-archive' : 'unknown';
}

/** `manifest.json`, a config or a layer, or the directory of one. */
function isDockerName(name: string): boolean {
  return name === 'manifest.json' || name === 'repositories' || /^(?:sha256:)?[0-9a-f]{64}(?:$|[/.])/.test(name);
}

/** What is damaged is not detected; an abort is passed on. */
async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof ClaircoreError && error.kind === 'input') return undefined;
    throw error;
  }
}
