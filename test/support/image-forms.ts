import { join } from 'node:path';
import {
  dockerArchive,
  hybridArchive,
  ociLayout,
  writeArchive,
  writeLayout,
  type TestCompression,
  type TestImage,
} from '../../src/testing/index.ts';
import { toLayers } from './small-image.ts';

/** One way in which an image comes. */
export interface ImageForm {
  readonly id: string;
  /** The scheme that forces it. */
  readonly scheme: 'docker-archive' | 'oci-archive' | 'oci-dir';
  /** Writes the image into the directory and gives the path to scan. */
  write(directory: string, tars: readonly Uint8Array[]): string;
}

const image = (tars: readonly Uint8Array[], compression: TestCompression = 'none'): TestImage => ({
  layers: toLayers(tars, compression),
  names: ['demo/app:1'],
});

const dockerForm = (
  id: string,
  files: (tars: readonly Uint8Array[]) => ReturnType<typeof dockerArchive>,
  whole?: TestCompression,
): ImageForm => ({
  id,
  scheme: 'docker-archive',
  write: (directory, tars) => writeArchive(join(directory, `${id}.tar`), files(tars), whole),
});

const ociArchiveForm = (
  id: string,
  files: (tars: readonly Uint8Array[]) => ReturnType<typeof ociLayout>,
  whole?: TestCompression,
): ImageForm => ({
  id,
  scheme: 'oci-archive',
  write: (directory, tars) => writeArchive(join(directory, `${id}.tar`), files(tars), whole),
});

const ociDirectoryForm = (compression: TestCompression): ImageForm => ({
  id: `oci-dir-${compression}`,
  scheme: 'oci-dir',
  write: (directory, tars) => writeLayout(join(directory, `oci-dir-${compression}`), ociLayout([image(tars, compression)])),
});

const everyCompression: readonly TestCompression[] = ['none', 'gzip', 'zstd', 'bzip2', 'xz'];

/** A layer in each form in one image. */
const mixed = (tars: readonly Uint8Array[]): TestImage => ({
  layers: tars.map((tar, at) => ({ tar, compression: everyCompression[at % everyCompression.length] ?? 'none' })),
  names: ['demo/app:1'],
});

/** Every form that has layers. The first is the plainest. */
export const imageForms: readonly ImageForm[] = [
  dockerForm('docker-classic', (tars) => dockerArchive([image(tars)])),
  dockerForm('docker-classic-gzip-layers', (tars) => dockerArchive([image(tars, 'gzip')])),
  dockerForm('docker-classic-zstd-layers', (tars) => dockerArchive([image(tars, 'zstd')])),
  dockerForm('docker-skopeo', (tars) => dockerArchive([image(tars)], 'skopeo')),
  dockerForm('docker-flat-gzip-layers', (tars) => dockerArchive([image(tars, 'gzip')], 'flat')),
  dockerForm('docker-hybrid', (tars) => hybridArchive([image(tars)])),
  dockerForm('docker-hybrid-gzip-layers', (tars) => hybridArchive([image(tars, 'gzip')])),
  dockerForm('docker-classic-whole-gzip', (tars) => dockerArchive([image(tars)]), 'gzip'),
  dockerForm('docker-hybrid-whole-gzip', (tars) => hybridArchive([image(tars, 'gzip')]), 'gzip'),
  ...everyCompression.map((compression) => ociArchiveForm(`oci-archive-${compression}`, (tars) => ociLayout([image(tars, compression)]))),
  ociArchiveForm('oci-archive-mixed', (tars) => ociLayout([mixed(tars)])),
  ociArchiveForm('oci-archive-whole-gzip', (tars) => ociLayout([image(tars, 'gzip')]), 'gzip'),
  ...(['none', 'gzip', 'zstd'] as const).map(ociDirectoryForm),
];
