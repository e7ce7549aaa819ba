import { optionalStrings, parseWireJson, wireArray, wireObject, wireString } from './wire-value.ts';

/** One image of a `manifest.json` as `docker save` writes it (moby, image/spec/v1.2.md). Paths are inside the archive. */
export interface DockerManifestEntry {
  readonly config: string;
  readonly repoTags: readonly string[];
  /** Base first. */
  readonly layers: readonly string[];
}

/** @throws InputError `IMAGE_MALFORMED` */
export function parseDockerManifest(bytes: Uint8Array): readonly DockerManifestEntry[] {
  const what = 'manifest.json';
  return wireArray(parseWireJson(bytes, what), what).map((value) => {
    const wire = wireObject(value, what);
    return {
      config: wireString(wire['Config'], `${what} Config`),
      repoTags: optionalStrings(wire['RepoTags'], `${what} RepoTags`),
      layers: optionalStrings(wire['Layers'], `${what} Layers`),
    };
  });
}
