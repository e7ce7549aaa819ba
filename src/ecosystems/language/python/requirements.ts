import type { ShownPackage } from '../../../families/index.ts';
import { linesOf } from '../../../runtime/index.ts';
import { normalizeName } from './normalize-name.ts';

const longestLine = 4096;
/** `NAME[EXTRAS] == VERSION`, PEP 508, and nothing behind but a marker, a hash or a comment. `===` is a pin too; `==1.*` is none. */
const pin =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9.,_ -]*\])?\s*===?\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*(?:$|[;#\\]|--hash)/u;

/**
 * Reads a requirements file (pip.pypa.io, "Requirements File Format"): lines that pin with `==`. What is not pinned says nothing of a version, and is no fault; files
 * that it includes are read if they are lists themselves.
 */
export function* parseRequirements(bytes: Uint8Array): Generator<ShownPackage> {
  for (const line of linesOf(new TextDecoder().decode(bytes), longestLine)) {
    const [, name, version] = pin.exec(line.trim()) ?? [];
    if (name !== undefined && version !== undefined) yield { name: normalizeName(name), version };
  }
}
