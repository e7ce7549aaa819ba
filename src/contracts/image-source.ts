import type { EntryHeader, Limits, Manifest, Platform } from '../core/index.ts';
import type { Want } from './scanner.ts';

export interface OpenImageRequest {
  /** A path, or a registry reference; without the scheme. */
  readonly location: string;
  /** Which image of several: a tag, a reference or a digest. */
  readonly select?: string | undefined;
  /** The platform to choose from an index; the host's with `linux` if absent. */
  readonly platform?: Platform | undefined;
  /** What any scanner wants: a directory's digest is over just those files. */
  readonly wants: (path: string, header: EntryHeader, peek?: Uint8Array) => Want;
  /** The defaults if absent. */
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An image whose layers can be read until it is disposed. */
export interface OpenedImage extends AsyncDisposable {
  readonly manifest: Manifest;
  /** What it is called in the archive, where that is known, e.g. `demo/app:1`. */
  readonly name?: string;
  /** Bytes that had to be inflated only to reach the manifest (a whole archive that is gzipped). */
  readonly inflatedToOpen: number;
}

/** One form in which an image can be given. */
export interface ImageSource {
  /** Also the scheme that forces it, e.g. `docker-archive`. */
  readonly id: string;
  /** Whether what is at the location is of this form, judged by content. */
  detect(location: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<boolean>;
  /** @throws InputError, LimitError, AbortedError */
  open(request: OpenImageRequest): Promise<OpenedImage>;
}
