// Runs before every build and test; written so that an old Node.js can parse it.
'use strict';
var major = parseInt(process.versions.node, 10);
if (major < 24) {
  process.stderr.write(
    'This runs on ' +
      process.version +
      ', and Node.js 24 is needed. The checkout brings its own through npm; its binary is ' +
      'missing, most likely because npm was told to ignore install scripts. Run: npm rebuild node\n',
  );
  process.exit(1);
}
