import { arch } from 'node:process';
import type { Platform } from '../../core/index.ts';

/** Node's names for processors, where OCI has others (GOARCH). */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};

/** Linux on the processor of this machine. */
export function hostPlatform(): Platform {
  return { os: 'linux', architecture: architectures[arch] ?? arch };
}

/** Whether an image for `offered` is what was asked for; a variant counts only where one was asked for. */
export function isPlatform(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return wanted.variant === undefined || variantOf(offered) === variantOf(wanted);
}

/** `os/architecture[/variant]`, as `--platform` takes it. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** arm64 means v8, and arm means v7, where nothing else is said. */
function variantOf({ architecture, variant }: Platform): string {
  if (variant !== undefined) return variant;
  if (architecture === 'arm64') return 'v8';
  return architecture === 'arm' ? 'v7' : '';
}
