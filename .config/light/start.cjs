#!/usr/bin/env node
'use strict';
// Starts the command from what V8 made of it when it was built (command.cache), where this Node.js takes that: a third
// of the time that starting takes is compiling. V8 refuses what another version made, or made of a text of another
// length; and a command that somebody has edited since is compiled anew.
const fs = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');

/** Files that were unpacked or copied together differ by less; in milliseconds. */
const EDITED_LATER = 60_000;
const filename = path.join(__dirname, 'command.cjs');

function cachedData() {
  try {
    const file = path.join(__dirname, 'command.cache');
    const isEdited = fs.statSync(filename).mtimeMs > fs.statSync(file).mtimeMs + EDITED_LATER;
    return isEdited ? undefined : fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

// The command is ASCII, and a function of what Node.js hands a module: bundle.js sees to both.
const text = fs.readFileSync(filename, 'latin1');
const script = new Script(text, { filename, cachedData: cachedData() });
script.runInThisContext()(exports, require, module, filename, __dirname);
// What bundle.js makes the cache with.
module.exports = script;
