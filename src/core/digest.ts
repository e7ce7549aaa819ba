import { InputError } from './errors.ts';

declare const brand: unique symbol;

/** `algorithm:hex` of the OCI image specification, in lower case; sha256 or sha512. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

/** The digest that names an image: of its manifest, or what stands for one (see `Manifest`). */
export type ManifestDigest = Digest & { readonly [brand]: 'manifest' };

/** The digest that names a layer: of the blob as transferred, or of the uncompressed tar (its diffID). */
export type LayerDigest = Digest & { readonly [brand]: 'layer' };

const form = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether the text is a digest as the OCI image specification writes it. */
export function isDigest(text: string): text is Digest {
  return form.test(text);
}

/** @throws InputError `DIGEST_INVALID` for anything but sha256 or sha512 with their full length in lower-case hex. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new InputError('DIGEST_INVALID', { digest: text.slice(0, 160) });
  return text;
}

/** @throws InputError `DIGEST_INVALID` */
export function parseManifestDigest(text: string): ManifestDigest {
  return parseDigest(text) as ManifestDigest;
}

/** @throws InputError `DIGEST_INVALID` */
export function parseLayerDigest(text: string): LayerDigest {
  return parseDigest(text) as LayerDigest;
}
