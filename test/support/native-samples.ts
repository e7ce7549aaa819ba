import { execFileSync } from 'node:child_process';
import { missing, sharedPath } from './shared-data.ts';

const archive = 'data/native-samples/native-samples.tar.zst';

/** Why samples in the very bytes of their vendors are not there; undefined where they are. */
export const missingSamples = missing(archive);

/** The bytes of one sample. @param path its end, as it stands in the archive */
export function nativeSample(path: string): Buffer {
  const command = 'zstd -dcq --long=27 "$0" | tar xO --wildcards "*$1"';
  return execFileSync('bash', ['-c', command, sharedPath(archive), path], { maxBuffer: 2 ** 27 });
}

/** Unpacks folders of samples into a directory. @param folders below `vuls-data-update` */
export function unpackSamples(into: string, ...folders: readonly string[]): string {
  const script = 'zstd -dcq --long=27 "$0" | tar x -C "$1" --wildcards "${@:2}"';
  execFileSync('bash', ['-c', script, sharedPath(archive), into, ...folders.map((folder) => `vuls-data-update/${folder}/*`)]);
  return `${into}/vuls-data-update`;
}
