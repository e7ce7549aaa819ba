import type { ListReading, ShownPackage } from '../../../families/index.ts';
import { normalizeName } from './normalize-name.ts';

const longestLine = 4096;
/** `NAME[EXTRAS] == VERSION`, PEP 508, and nothing behind but a marker, a hash or a comment. `===` is a pin too; `==1.*` is none. */
const pin =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9.,_ -]*\])?\s*===?\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*(?:$|[;#\\]|--hash)/u;

/** Packages that lines of a requirements file pin. What is not pinned says nothing of a version, and is no fault. */
export function parsePins(text: string): readonly ShownPackage[] {
  return text.split('\n').flatMap((line) => {
    const [, name, version] = pin.exec(line.slice(0, longestLine).trim()) ?? [];
    return name === undefined || version === undefined ? [] : [{ name: normalizeName(name), version }];
  });
}

/** Reads `requirements.txt` (pip.pypa.io, "Requirements File Format"): lines that pin with `==`. Files that it includes are read if they are lists themselves. */
export function parseRequirements(bytes: Uint8Array): ListReading {
  return { kind: 'list', packages: parsePins(new TextDecoder().decode(bytes)), unidentified: 0 };
}
