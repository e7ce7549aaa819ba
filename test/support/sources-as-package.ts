// Loaded with `node --import`: `claircore/…` is then this checkout's sources. The package's own exports point at what was
// built, and a test must not run yesterday's build. For types the same is said by `paths` in tsconfig.json.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const sources = new URL('../../src/', import.meta.url);
const entry = /^claircore(?:\/(?<path>[a-z/-]+))?$/;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const match = entry.exec(specifier);
    if (!match) return nextResolve(specifier, context);
    const path = match.groups?.['path'];
    const folder = new URL(path === undefined ? 'index.ts' : `${path}/index.ts`, sources);
    return nextResolve(existsSync(folder) ? folder.href : new URL(`${path}.ts`, sources).href, context);
  },
});
