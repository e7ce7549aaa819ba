import type { EntryHeader, Limits, Manifest, Platform } from '../core/index.ts';
import type { Want } from './scanner.ts';

/** Who the user is at a registry. */
export type RegistryCredentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** Exchanged for access tokens (OAuth 2 refresh token). */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** Asked when a registry wants to know who is there; undefined is nobody. */
export type FindRegistryCredentials = (asked: {
  /** As in a reference, e.g. `docker.io` or `127.0.0.1:5000`. */
  readonly host: string;
  readonly repository: string;
  readonly signal?: AbortSignal | undefined;
}) => Promise<RegistryCredentials | undefined>;

/** Another place that may have what a registry has. */
export interface RegistryMirror {
  /** The registry, as in a reference. */
  readonly host: string;
  /** http or https; `/v2/…` is put behind it. */
  readonly url: string;
}

export interface RegistryOptions {
  /** Docker's and podman's files and helpers if absent. */
  readonly credentials?: FindRegistryCredentials | undefined;
  /** Asked before the registry itself, in this order; it is asked where they fail. */
  readonly mirrors?: readonly RegistryMirror[] | undefined;
  /** Hosts, with their port, that may be asked without TLS or with a certificate that nobody vouches for. */
  readonly insecureHosts?: readonly string[] | undefined;
  /** Hosts with private addresses to which a registry may send us: its token service, its storage. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Whether the network is switched off: then no image of a registry can be opened. */
  readonly isOffline?: boolean | undefined;
  /** PEM of certificates that are trusted besides those of Node. */
  readonly ca?: string | undefined;
  /** Where proxies and the places of credentials are read; the process's if absent. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface OpenImageRequest {
  /** A path, or a registry reference; without the scheme. */
  readonly location: string;
  /** Which image of several: a tag, a reference or a digest. */
  readonly select?: string | undefined;
  /** The platform to choose from an index; the host's with `linux` if absent. */
  readonly platform?: Platform | undefined;
  /** What any scanner wants: a directory's digest is over just those files. */
  readonly wants: (path: string, header: EntryHeader, peek?: Uint8Array) => Want;
  /** How registries are asked. */
  readonly registry?: RegistryOptions | undefined;
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
  /**
   * For images that are not on this machine: whether the text can be the name of one, and if not why not (empty: it is plainly a path).
   * Asked where there is no such path.
   */
  recognise?(reference: string): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  /** @throws UsageError, InputError, FeedError, LimitError, AbortedError */
  open(request: OpenImageRequest): Promise<OpenedImage>;
}
