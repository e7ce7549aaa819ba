#!/usr/bin/env node
// The seed's daemon under its own name: `claircore serve libindex`. Written so that an old Node.js can parse it.
'use strict';
process.argv.splice(2, 0, 'serve', 'libindex');
require('./claircore.cjs');
