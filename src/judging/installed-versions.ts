import type { VersionScheme } from '../contracts/index.ts';

/** An installed version, read once. */
export type InstalledVersion =
  | { readonly ok: true; readonly text: string; readonly value: unknown; readonly key: Uint8Array | undefined }
  | { readonly ok: false; readonly text: string };

/** Parses each distinct version of a scheme once: packages of one source share theirs. */
export class InstalledVersions {
  readonly #read = new Map<VersionScheme, Map<string, InstalledVersion>>();

  read(scheme: VersionScheme, text: string): InstalledVersion {
    const known = this.#read.get(scheme) ?? new Map<string, InstalledVersion>();
    this.#read.set(scheme, known);
    let installed = known.get(text);
    if (!installed) {
      const parsed = scheme.parse(text);
      installed = parsed.ok ? { ok: true, text, value: parsed.value, key: scheme.key(parsed.value) } : { ok: false, text };
      known.set(text, installed);
    }
    return installed;
  }
}
