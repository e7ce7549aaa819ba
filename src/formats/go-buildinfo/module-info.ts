/** A module as the build saw it. */
export interface GoModule {
  readonly path: string;
  /** As written: `v1.2.3`, a pseudo-version, `(devel)`; empty where there is none. */
  readonly version: string;
  /** What was built in its place. */
  readonly replace?: GoModule;
}

/** What a Go program says of how it was built (runtime/debug.BuildInfo). */
export interface GoBuildInfo {
  /** e.g. `go1.22.1` or `go1.22.1 X:boringcrypto`. */
  readonly goVersion: string;
  /** Import path of the main package; empty where it is not told. */
  readonly path: string;
  /** Absent where the program was not built from a module. */
  readonly main?: GoModule;
  readonly dependencies: readonly GoModule[];
  /** Lines of modules that cannot be read. */
  readonly badLines: number;
}

/**
 * Parses the text of runtime/debug.BuildInfo.String, one fact a line: `path`, `mod`, `dep`, `=>` (of the line before) and `build`, with tabs
 * between. Lines that are none of these are of another time, and passed over.
 */
export function parseModuleInfo(goVersion: string, text: string): GoBuildInfo {
  let path = '';
  let main: GoModule | undefined;
  let badLines = 0;
  const dependencies: GoModule[] = [];
  let last: 'mod' | 'dep' | undefined;
  for (const line of text.split('\n')) {
    const [key = '', ...fields] = line.split('\t');
    const found = moduleOf(fields);
    if (key === 'path') path = fields[0] ?? '';
    else if (key === 'mod' && found) main = found;
    else if (key === 'dep' && found) dependencies.push(found);
    else if (key === '=>' && found && last === 'mod' && main) main = { ...main, replace: found };
    else if (key === '=>' && found && last === 'dep') dependencies.push({ ...takeLast(dependencies), replace: found });
    else if (key === 'mod' || key === 'dep' || key === '=>') badLines += 1;
    last = key === 'mod' || key === 'dep' ? key : undefined;
  }
  return { goVersion, path, ...(main && { main }), dependencies, badLines };
}

/** Longer paths and versions are nobody's. */
const longestField = 1024;

/** Path, version, and a checksum that need not be there. */
function moduleOf([path = '', version]: readonly string[]): GoModule | undefined {
  if (path === '' || version === undefined) return undefined;
  return path.length > longestField || version.length > longestField ? undefined : { path, version };
}

function takeLast(modules: GoModule[]): GoModule {
  return modules.pop() ?? { path: '', version: '' };
}
