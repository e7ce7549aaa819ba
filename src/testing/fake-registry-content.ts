import type { Digest } from '../core/index.ts';
import { ociLayout, ociMediaTypes, sha256, type TestImage, type TestIndex } from './image-builder.ts';

/** A document under a digest, as a registry keeps it. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** `oci`, or `docker`: the media types of Docker's image manifest version 2, schema 2. */
export type PushForm = 'oci' | 'docker';

/** Docker's names for what OCI names too. */
const dockerTypes: ReadonlyMap<string, string> = new Map([
  [ociMediaTypes.index, 'application/vnd.docker.distribution.manifest.list.v2+json'],
  [ociMediaTypes.manifest, 'application/vnd.docker.distribution.manifest.v2+json'],
  [ociMediaTypes.config, 'application/vnd.docker.container.image.v1+json'],
  ['application/vnd.oci.image.layer.v1.tar+gzip', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
  ['application/vnd.oci.image.layer.v1.tar', 'application/vnd.docker.image.rootfs.diff.tar'],
]);

interface Descriptor {
  readonly digest: Digest;
  readonly mediaType: string;
}

/** What one repository holds. */
export class FakeRepository {
  readonly manifests = new Map<string, StoredManifest>();
  readonly blobs = new Map<string, Uint8Array>();
  readonly tags = new Map<string, string>();

  /** Puts an image with all that belongs to it under a tag; gives the digest of its manifest or index. */
  push(tag: string, image: TestImage | TestIndex, form: PushForm): Digest {
    const files = ociLayout([{ ...image, names: [] }]);
    const contents = new Map<string, Uint8Array>();
    for (const [path, bytes] of files) {
      if (!path.startsWith('blobs/') || !(bytes instanceof Uint8Array)) continue;
      contents.set(path.slice('blobs/'.length).replace('/', ':'), bytes);
    }
    const index = JSON.parse(new TextDecoder().decode(files.get('index.json') as Uint8Array)) as { manifests: readonly Descriptor[] };
    const [root] = index.manifests;
    if (!root) throw new Error('a layout without an image');
    const digest = this.#putDocument(root, contents, form);
    this.tags.set(tag, digest);
    return digest;
  }

  put(bytes: Uint8Array, mediaType: string): Digest {
    const digest = sha256(bytes);
    this.manifests.set(digest, { mediaType, bytes });
    return digest;
  }

  putBlob(bytes: Uint8Array): Digest {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  /** By tag or digest. */
  find(reference: string): (StoredManifest & { readonly digest: string }) | undefined {
    const digest = this.tags.get(reference) ?? reference;
    const stored = this.manifests.get(digest);
    return stored && { ...stored, digest };
  }

  #putDocument(descriptor: Descriptor, contents: ReadonlyMap<string, Uint8Array>, form: PushForm): Digest {
    const bytes = contents.get(descriptor.digest) ?? new Uint8Array(0);
    const document = JSON.parse(new TextDecoder().decode(bytes)) as {
      manifests?: Descriptor[];
      config?: Descriptor;
      layers?: Descriptor[];
    };
    const children = document.manifests?.map((child) => ({ ...child, digest: this.#putDocument(child, contents, form) }));
    for (const { digest } of [...(document.layers ?? []), ...(document.config ? [document.config] : [])]) {
      this.putBlob(contents.get(digest) ?? new Uint8Array(0));
    }
    const mediaType = children ? ociMediaTypes.index : ociMediaTypes.manifest;
    if (form === 'oci') return this.put(bytes, mediaType);
    const renamed = renameTypes(children ? { ...document, manifests: resized(children, this.manifests) } : document);
    return this.put(new TextEncoder().encode(JSON.stringify(renamed)), dockerTypes.get(mediaType) ?? mediaType);
  }
}

function resized(children: readonly Descriptor[], manifests: ReadonlyMap<string, StoredManifest>): readonly Descriptor[] {
  return children.map((child) => ({ ...child, size: manifests.get(child.digest)?.bytes.length }));
}

function renameTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameTypes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      key === 'mediaType' && typeof inner === 'string' ? (dockerTypes.get(inner) ?? inner) : renameTypes(inner),
    ]),
  );
}
