// Starts the command line as it was built. Compiled code is kept between runs, in a directory of the user's own:
// the system's temporary directory is shared, and whoever could write there could put code into this process.
'use strict';
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { homedir } = require('node:os');
const { isAbsolute, join } = require('node:path');

const built = join(__dirname, '..', 'dist', 'bin', 'main.cjs');
if (!existsSync(built)) {
  process.stderr.write('claircore is not built yet: run "npm run build" in its checkout.\n');
  process.exit(2);
}

const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
const named = process.platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME;
const cache = named !== undefined && isAbsolute(named) ? named : join(homedir(), '.cache');
enableCompileCache(join(cache, 'claircore', 'compiled'));
require(built);
