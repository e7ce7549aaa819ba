import { isId, isVersion, type Coordinates } from './coordinates.ts';

/**
 * Reads a `pom.properties`, which Maven puts into what it packs: group, artifact and version. Undefined where one is missing or cannot be one.
 * The format is that of java.util.Properties, as far as writers of this file use it: comments, `=` or `:`, escapes; no values over several lines.
 */
export function parsePomProperties(bytes: Uint8Array): Coordinates | undefined {
  const values = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split(/[\r\n]+/u)) {
    const text = line.trim();
    if (text.startsWith('#') || text.startsWith('!')) continue;
    const end = text.search(/[=:\s]/u);
    if (end > 0) values.set(text.slice(0, end), unescaped(text.slice(end).replace(/^\s*[=:]?\s*/u, '')));
  }
  const [group, artifact, version] = [values.get('groupId') ?? '', values.get('artifactId') ?? '', values.get('version') ?? ''];
  if (!isId(group) || !isId(artifact) || !isVersion(version)) return undefined;
  return { name: `${group}:${artifact}`, version, isAssumed: false };
}

/** java.util.Properties: a backslash before any other character is left out. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gu, (_, hex: string | undefined, other: string | undefined) =>
    hex === undefined ? (other ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
