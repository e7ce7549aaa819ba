import type { PackageFacts, SourcePackage } from '../../../core/index.ts';
import { detectorUrn } from '../../../families/index.ts';
import type { Deb822Paragraph } from '../../../formats/deb822/index.ts';

export const dpkgScannerIdentity = { name: 'dpkg', version: 1, kind: 'package' } as const;

const vcpkgFields = ['port-version', 'default-features', 'feature', 'abi'] as const;

/** The fields that say what a stanza is of; all others are passed over. */
export const stanzaFields: ReadonlySet<string> = new Set(['package', 'version', 'architecture', 'source', 'status', ...vcpkgFields]);

const detector = detectorUrn(dpkgScannerIdentity);

/** vcpkg, a package manager for C++ libraries, keeps a file of the same name and form. */
export function isVcpkg({ fields }: Deb822Paragraph): boolean {
  return vcpkgFields.some((name) => fields.has(name));
}

/** The package of a stanza, whatever its status; undefined where it has no name or version. */
export function packageOf({ fields }: Deb822Paragraph): PackageFacts | undefined {
  const name = fields.get('package') ?? '';
  const version = fields.get('version') ?? '';
  if (name === '' || version === '') return undefined;
  const arch = fields.get('architecture') ?? '';
  return {
    name,
    version,
    kind: 'binary',
    arch,
    module: '',
    source: sourceOf(fields.get('source') ?? '', name, version),
    cpe: '',
    detector,
  };
}

/** `Source: name (version)`, deb-src-control(5): left out where it is the binary's own, the version likewise. */
function sourceOf(source: string, binary: string, version: string): SourcePackage {
  const open = source.indexOf('(');
  const close = source.indexOf(')', open);
  const name = (open === -1 ? source : source.slice(0, open)).trim();
  const written = open === -1 || close === -1 ? '' : source.slice(open + 1, close).trim();
  return { name: name || binary, version: written || version, module: '' };
}
