import { InputError, parseDigest, type Digest, type Platform } from '../../core/index.ts';
import { optionalString, optionalStrings, wireObject } from './wire-value.ts';

/** How OCI names content (image-spec, descriptor.md). */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations: ReadonlyMap<string, string>;
  /** Where else the content may be fetched. */
  readonly urls: readonly string[];
  readonly artifactType?: string;
}

/** @throws InputError `IMAGE_MALFORMED`, `DIGEST_INVALID` */
export function toDescriptor(value: unknown, what: string): OciDescriptor {
  const wire = wireObject(value, what);
  const { size } = wire;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new InputError('IMAGE_MALFORMED', { what, reason: 'size' });
  const platform = toPlatform(wire['platform'], what);
  const artifactType = optionalString(wire['artifactType'], what);
  return {
    mediaType: optionalString(wire['mediaType'], what) ?? '',
    digest: parseDigest(optionalString(wire['digest'], what) ?? ''),
    size,
    ...(platform && { platform }),
    annotations: toAnnotations(wire['annotations'], what),
    urls: optionalStrings(wire['urls'], what),
    ...(artifactType !== undefined && artifactType !== '' && { artifactType }),
  };
}

/** Absent where it is not said in full. */
export function toPlatform(value: unknown, what: string): Platform | undefined {
  if (value === undefined || value === null) return undefined;
  const wire = wireObject(value, what);
  const os = optionalString(wire['os'], what) ?? '';
  const architecture = optionalString(wire['architecture'], what) ?? '';
  const variant = optionalString(wire['variant'], what) ?? '';
  if (os === '' || architecture === '') return undefined;
  return { os, architecture, ...(variant !== '' && { variant }) };
}

function toAnnotations(value: unknown, what: string): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  const entries = Object.entries(wireObject(value, what));
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
