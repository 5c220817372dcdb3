#!/usr/bin/env node
// The `spendfuse` command: looks at the Node version first, in syntax that Node 10 can still read.
'use strict';

const fs = require('fs');
const path = require('path');
const url = require('url');

const main = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
const version = process.versions.node.split('.').map(Number);

if (version[0] < 22 || (version[0] === 22 && version[1] < 15)) {
  stop('needs Node 22.15 or newer, and this is ' + process.version + '; see https://nodejs.org');
} else if (!fs.existsSync(main)) {
  stop('this checkout is not built yet; run `npm run setup` at its top');
} else {
  import(url.pathToFileURL(main).href).then(
    (cli) => cli.main(process.argv),
    (error) => stop(error.message),
  );
}

function stop(message) {
  console.error('spendfuse: ' + message);
  process.exitCode = 2;
}
