const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * The main section of a manifest (JAR File Specification, "Main Section"), as it stands, with the empty line that ends it; all of it where no line is empty.
 * The sections behind it, one for each signed file, may be a thousand times as long.
 */
export function mainSection(manifest: Uint8Array): Uint8Array {
  let hasBegun = false;
  for (let at = 0; at < manifest.length;) {
    const end = lineEnd(manifest, at);
    const next = afterLine(manifest, end);
    // An empty line before the first attribute ends nothing.
    if (end === at && hasBegun) return manifest.subarray(0, next);
    hasBegun ||= end > at;
    at = next;
  }
  return manifest;
}

/** The lines of a section without their ends, which are CR LF, LF or CR. */
export function* linesOf(section: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < section.length;) {
    const end = lineEnd(section, at);
    yield section.subarray(at, end);
    at = afterLine(section, end);
  }
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at += 1;
  return at;
}

function afterLine(bytes: Uint8Array, end: number): number {
  return bytes[end] === carriageReturn && bytes[end + 1] === lineFeed ? end + 2 : end + 1;
}
