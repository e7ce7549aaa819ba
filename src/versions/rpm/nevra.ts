/** The parts of an rpm package's full name. What the text does not have is empty. */
export interface Nevra {
  readonly name: string;
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

/** Architectures as rpm packages name them (rpmrc); a release may have dots too, so that any other last part belongs to it. */
const architectures: ReadonlySet<string> = new Set(
  (
    'noarch src nosrc x86_64 x86_64_v2 x86_64_v3 x86_64_v4 amd64 ia32e i386 i486 i586 i686 athlon geode pentium3 pentium4 ia64 ' +
    'aarch64 arm64 armv3l armv4b armv4l armv5tel armv5tejl armv6l armv6hl armv7l armv7hl armv7hnl armv8hl ' +
    'ppc ppc64 ppc64le ppc64p7 ppc64iseries s390 s390x mips mipsel mips64 mips64el mips64r6 mips64r6el riscv riscv32 riscv64 ' +
    'alpha alphaev6 sparc sparcv9 sparcv9v sparc64 sparc64v sh4 loongarch64 m68k e2k'
  ).split(' '),
);

/**
 * Reads `[name-][epoch:]version-release[.arch]`, e.g. `openssl-1:3.0.7-27.el9.x86_64`; `.rpm` at the end is left away, so that a
 * source package's file name can be read too. The name ends at the last hyphen but one, for versions and releases have none.
 * Undefined where there is no version or no release.
 */
export function parseNevra(text: string): Nevra | undefined {
  const full = text.endsWith('.rpm') ? text.slice(0, -4) : text;
  const lastDot = full.lastIndexOf('.');
  const arch = architectures.has(full.slice(lastDot + 1)) && lastDot !== -1 ? full.slice(lastDot + 1) : '';
  const nevr = arch === '' ? full : full.slice(0, lastDot);
  const releaseAt = nevr.lastIndexOf('-');
  const versionAt = releaseAt < 1 ? -1 : nevr.lastIndexOf('-', releaseAt - 1);
  const evr = nevr.slice(versionAt + 1, Math.max(releaseAt, 0));
  const release = nevr.slice(releaseAt + 1);
  const colon = evr.indexOf(':');
  const version = evr.slice(colon + 1);
  if (releaseAt === -1 || version === '' || release === '') return undefined;
  return { name: nevr.slice(0, Math.max(versionAt, 0)), epoch: evr.slice(0, Math.max(colon, 0)), version, release, arch };
}
