#!/usr/bin/env node
// Written so that an old Node.js can parse it: it has to say, in one plain sentence, that it is too old.
'use strict';
var needed = 24;
var major = parseInt(process.versions.node, 10);
if (major < needed) {
  process.stderr.write(
    'claircore needs Node.js ' +
      needed +
      ' or newer and this is ' +
      process.version +
      ': install a newer Node.js, ' +
      'or in a checkout run it as "npx claircore" after "npm ci" (if that is what you did: "npm rebuild node").\n',
  );
  process.exit(2);
}
require('./start.cjs');
