import type { PackageFacts, SourcePackage } from '../../../core/index.ts';
import { detectorUrn } from '../../../families/index.ts';
import { parseNevra } from '../../../versions/rpm/index.ts';

export const rpmScannerIdentity = { name: 'rpm', version: 3, kind: 'package' } as const;

const detector = detectorUrn(rpmScannerIdentity);

/** Keys that rpm trusts stand among its packages under this name. */
const keyName = 'gpg-pubkey';

/** What a header and a line of a manifest have in common. */
export interface RpmNames {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly sourceRpm: string;
  readonly modularityLabel: string;
}

export function isKey({ name }: RpmNames): boolean {
  return name === keyName;
}

/** Undefined for a package without a name or a version. */
export function toPackageFacts(found: RpmNames): PackageFacts | undefined {
  if (found.name === '' || found.version === '') return undefined;
  const module = moduleOf(found.modularityLabel);
  return {
    name: found.name,
    version: evrOf(found.epoch, found.version, found.release),
    kind: 'binary',
    arch: found.arch,
    module,
    source: sourceOf(found, module),
    cpe: '',
    detector,
  };
}

/** `[epoch:]version-release`; an epoch of 0 is none. */
function evrOf(epoch: number | undefined, version: string, release: string): string {
  return `${epoch ? `${epoch}:` : ''}${version}${release === '' ? '' : `-${release}`}`;
}

/**
 * The source package by its file name, which has no epoch: it takes the binary's, which mostly is the same. A package that names none is its own.
 */
function sourceOf({ name, epoch, version, release, sourceRpm }: RpmNames, module: string): SourcePackage {
  const source = parseNevra(sourceRpm);
  if (!source || source.name === '') return { name, version: evrOf(epoch, version, release), module };
  return { name: source.name, version: evrOf(epoch, source.version, source.release), module };
}

/** Of the label `name:stream:version:context` the first two parts; packages of one module and stream share advisories. */
function moduleOf(label: string): string {
  const [name = '', stream = ''] = label.split(':', 2);
  return name === '' || stream === '' ? '' : `${name}:${stream}`;
}
