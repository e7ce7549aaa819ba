import type { GoBuildInfo, GoModule } from '../../../formats/go-buildinfo/index.ts';

export interface NamedModule {
  readonly name: string;
  readonly version: string;
}

/** What stands in for a module: another, or a directory. */
export type Replacement = Pick<GoModule, 'path' | 'version'>;

/** Version of a module that is built from a working copy, as Go writes it. */
const workingCopy = '(devel)';

/** The modules that are in a program: its own, those it depends on, and those of the Go distribution. A name and version is given once. */
export function modulesOf(info: GoBuildInfo): readonly NamedModule[] {
  const { main, dependencies } = info;
  const all = [...distributionModules(info), ...(main ? [main] : []), ...dependencies].map(builtModule);
  return [...new Map(all.map((found) => [`${found.name}\n${found.version}`, found])).values()];
}

/**
 * What was built: the module that stands in for another, if any. One that stands in from a directory has no name of its own, so it
 * keeps the name of what it replaced; which version of that it is, nobody knows.
 */
export function builtModule({
  path,
  version,
  replace,
}: Pick<GoModule, 'path' | 'version'> & { readonly replace?: Replacement }): NamedModule {
  if (!replace) return { name: path, version: version || workingCopy };
  if (isDirectory(replace.path)) return { name: path, version: workingCopy };
  return { name: replace.path, version: replace.version || workingCopy };
}

/** As go.mod tells them apart: `./x`, `../x`, `/x`, `C:\x`. */
function isDirectory(path: string): boolean {
  return path.startsWith('.') || path.startsWith('/') || path.startsWith('\\') || path.charAt(1) === ':';
}

/** The standard library and the toolchain, under the names that the Go vulnerability database has for them. */
function distributionModules({ goVersion, path }: GoBuildInfo): readonly GoModule[] {
  const version = releaseOf(goVersion);
  return [{ path: 'stdlib', version }, ...(isToolchain(path) ? [{ path: 'toolchain', version }] : [])];
}

/** Programs of the Go distribution itself: an import path whose first part has no dot is of the standard library or of `cmd`. */
function isToolchain(path: string): boolean {
  return path.startsWith('cmd/');
}

/** `go1.22.1 X:boringcrypto` is 1.22.1, `go1.21rc2` is 1.21.0-rc.2, as advisories write them; anything else (`devel go1.23-3f1e4ba`) as it is. */
function releaseOf(goVersion: string): string {
  const [tag = ''] = goVersion.split(/[ \t+-]/, 1);
  const match = /^go(\d+(?:\.\d+){1,2})(?:(alpha|beta|rc)(\d+))?$/.exec(tag.slice(0, 64));
  const [, numbers = '', kind, count] = match ?? [];
  if (!match) return goVersion.trim();
  if (kind === undefined) return numbers;
  const isShort = numbers.split('.').length === 2;
  return `${numbers}${isShort ? '.0' : ''}-${kind}.${count}`;
}
