import { maxKeyBytes } from '../key-writer.ts';
import { semverKey, semverKeyVersion } from '../semver/index.ts';
import type { PubVersion } from './parse.ts';

/** Grows with every change of the bytes below. */
export const pubKeyVersion = semverKeyVersion;

/** Below the mark of a pre-release, with which the key of a build begins. */
const noBuild = Uint8Array.of(0x00);

/** The key of the semantic version; behind it that of a pre-release made of the build, or the mark that there is none. */
export function pubKey({ numbers, prerelease, build }: PubVersion): Uint8Array | undefined {
  const version = semverKey({ numbers, prerelease });
  const suffix = build.length === 0 ? noBuild : semverKey({ numbers: ['0'], prerelease: build });
  if (!version || !suffix || version.length + suffix.length > maxKeyBytes) return undefined;
  const key = new Uint8Array(version.length + suffix.length);
  key.set(version);
  key.set(suffix, version.length);
  return key;
}
