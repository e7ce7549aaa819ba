import { InputError } from '../../core/index.ts';
import { isSkippableFrame, isZstdFrame } from './zstd.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** Bytes that {@link detectCompression} looks at; fewer where there are no more. */
export const magicLength = 10;

/** Known, and not read here: their first bytes, in hexadecimal. */
const unsupported: readonly (readonly [form: string, magic: string])[] = [
  ['compress', '1f9d'],
  ['lz4', '04224d18'],
  ['lzip', '4c5a495001'],
];

/**
 * How the data is compressed, judged by its first bytes. What no form claims is `none`.
 *
 * @throws InputError `COMPRESSION_UNSUPPORTED` for a form that is known and not read
 */
export function detectCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (isZstdFrame(head) || isSkippableFrame(head)) return 'zstd';
  const magic = Array.from(head.subarray(0, magicLength), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (magic.startsWith('fd377a585a00')) return 'xz';
  // "BZh" and a digit could begin a file's name in a tar; the mark of the first block, or of the end, could not.
  if (/^425a683[1-9](?:314159265359|177245385090)/.test(magic)) return 'bzip2';
  for (const [form, start] of unsupported) if (magic.startsWith(start)) throw new InputError('COMPRESSION_UNSUPPORTED', { form });
  return 'none';
}
