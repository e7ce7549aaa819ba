import type { HeaderValues } from './header-values.ts';
import { signingKey } from './signing-key.ts';
import { rpmTags, type RpmTag } from './tags.ts';

/** What a header says of its package. What it does not have is empty. */
export interface RpmPackage {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  /** File name of the source package, e.g. `bash-5.1.8-6.el9.src.rpm`. */
  readonly sourceRpm: string;
  /** `name:stream:version:context`. */
  readonly modularityLabel: string;
  readonly vendor: string;
  /** Seconds since 1970. */
  readonly installTime?: number;
  /** Id of the key that the header is signed with: 16 hex digits. */
  readonly signingKey: string;
  /** Of the packed files: `sha256:` and hex digits. */
  readonly payloadDigest: string;
  /** Names of the entries that lead out of the header. */
  readonly damaged: readonly string[];
}

/** OpenPGP's numbers, RFC 9580 §9.5. */
const digestAlgorithms: ReadonlyMap<number, string> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
]);

export function toRpmPackage(values: HeaderValues): RpmPackage {
  const epoch = values.number(rpmTags.epoch);
  const installTime = values.number(rpmTags.installTime);
  const found = {
    name: values.text(rpmTags.name),
    version: values.text(rpmTags.version),
    release: values.text(rpmTags.release),
    arch: values.text(rpmTags.arch),
    sourceRpm: values.text(rpmTags.sourceRpm),
    modularityLabel: values.text(rpmTags.modularityLabel),
    vendor: values.text(rpmTags.vendor),
    signingKey: signingKeyOf(values),
    payloadDigest: payloadDigestOf(values),
    ...(epoch !== undefined && { epoch }),
    ...(installTime !== undefined && { installTime }),
  };
  return { ...found, damaged: Object.entries(rpmTags).flatMap(([name, tag]) => (values.damaged.has(tag) ? [name] : [])) };
}

/** Signatures of the header alone come first: the others are of header and files. */
const signatureTags: readonly RpmTag[] = [rpmTags.rsaHeader, rpmTags.dsaHeader, rpmTags.sigPgp, rpmTags.sigGpg];

function signingKeyOf(values: HeaderValues): string {
  for (const tag of signatureTags) {
    const key = signingKey(values.bytes(tag));
    if (key !== undefined) return key;
  }
  return '';
}

function payloadDigestOf(values: HeaderValues): string {
  const digest = values.text(rpmTags.payloadDigest);
  const algorithm = digestAlgorithms.get(values.number(rpmTags.payloadDigestAlgorithm) ?? 0);
  return digest === '' || algorithm === undefined ? '' : `${algorithm}:${digest}`;
}
