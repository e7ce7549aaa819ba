import { linesOf, mainSection } from './main-section.ts';

/** The main attributes of a manifest. */
export interface JavaManifest {
  /** By name in lower case: names differ in case from one tool to the next, and mean the same. Of two with one name the last counts, as for Java. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Lines that are no attribute; Java would refuse the archive. */
  readonly ignoredLines: number;
}

/** Bytes of a name (JAR File Specification: `name` is at most 70 characters, the line with `: ` at most 72 bytes). */
const longestName = 70;
const space = 0x20;
const colon = 0x3a;

/**
 * Reads the main section of a `META-INF/MANIFEST.MF` (JAR File Specification, "JAR Manifest"). A line that begins with a space goes on with the value before,
 * also in the middle of a character of several bytes; longer lines than the 72 bytes that writers keep to are read as Java reads them.
 */
export function parseManifest(manifest: Uint8Array): JavaManifest {
  const attributes = new Map<string, string>();
  const decoder = new TextDecoder();
  let ignoredLines = 0;
  for (const line of attributeLines(mainSection(withoutMark(manifest)))) {
    const end = nameLength(line);
    if (end === 0 || line[end] !== colon) {
      ignoredLines += 1;
      continue;
    }
    // The specification wants one space behind the colon; what lacks it is plain enough.
    const value = line.subarray(line[end + 1] === space ? end + 2 : end + 1);
    attributes.set(decoder.decode(line.subarray(0, end)).toLowerCase(), decoder.decode(value).trim());
  }
  return { attributes, ignoredLines };
}

/** Each attribute on one line. */
function* attributeLines(section: Uint8Array): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  for (const line of linesOf(section)) {
    if (line[0] === space && parts.length > 0) {
      parts.push(line.subarray(1));
      continue;
    }
    if (parts.length > 0) yield joined(parts);
    parts = line.length > 0 ? [line] : [];
  }
  if (parts.length > 0) yield joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const line = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}

/** Bytes of the name at the beginning of a line: a letter or digit, then also `-` and `_`. */
function nameLength(line: Uint8Array): number {
  let at = 0;
  while (at < line.length && isNameByte(line[at] ?? 0, at)) at += 1;
  return at <= longestName ? at : 0;
}

function isNameByte(byte: number, at: number): boolean {
  const isAlphanumeric = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return isAlphanumeric || (at > 0 && (byte === 0x2d || byte === 0x5f));
}

/** UTF-8's byte order mark, which some editors leave. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
