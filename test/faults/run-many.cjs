// Runs a command again and again in one process, so that a fault costs no start of Node.js. Each run evaluates the
// command's file anew, so that nothing of the run before is left in its variables.
// Standard input: lines of JSON. `{"load": file, "cache": file}` loads it, so that the first run makes the same system
// calls as the others; the cache is for what V8 has compiled of it, and is written by `{"keep": file, "cache": file}`.
// `{"run": [file, …arguments], …}` runs it with the node:fs of watched-fs.cjs. Descriptor 3: a line of JSON for each,
// and before it `{"hit": nth}` for a call that was tampered with.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const process = require('node:process');
const { createInterface } = require('node:readline');
const vm = require('node:vm');
const { watchedFs } = require('./watched-fs.cjs');

const compiled = new Map();

// The first time these take more system calls than later: libuv gets ready for signals, libc reads /etc/nsswitch.conf.
spawnSync('true');
os.userInfo();

/** Makes of a file a function of what Node.js gives to a CommonJS module, and of a process of its own. */
function load(file, cache) {
  if (compiled.has(file)) return;
  const source = fs.readFileSync(file, 'utf8').replace(/^#!.*/, '');
  // The command loads parts of Node.js by import(), which a script from a cache cannot.
  const text = source.replace(/\bimport\((?="node:)/g, 'importNode(');
  const given = 'exports, require, module, __filename, __dirname, process, importNode';
  compiled.set(
    file,
    new vm.Script(`(function (${given}) {${text}\n})`, {
      filename: file,
      cachedData: fs.existsSync(cache) ? fs.readFileSync(cache) : undefined,
    }),
  );
}

/** A process whose arguments and end are those of one run. */
function processOf(argv, end) {
  const own = {
    argv: [process.execPath, ...argv],
    exitCode: undefined,
    exit: (status) => end(status ?? own.exitCode ?? 0),
  };
  return new Proxy(process, {
    get: (real, key) => {
      if (key in own) return own[key];
      const value = real[key];
      return typeof value === 'function' ? value.bind(real) : value;
    },
    set: (real, key, value) => Reflect.set(key in own ? own : real, key, value),
  });
}

function run({ run: [file, ...argv], root, tamperings, isMarked, directory, umask }) {
  if (directory !== undefined) process.chdir(directory);
  if (umask !== undefined) process.umask(umask);
  const onHit = (nth) => answer({ hit: nth });
  const { watched, calls, thrown } = watchedFs({ root, tamperings, isMarked, onHit });
  const oneProcess = processOf([file, ...argv], (status) => {
    answer({ status, thrown, calls: isMarked ? calls : [] });
  });
  const real = createRequire(file);
  const required = (name) => {
    if (/^(?:node:)?process$/.test(name)) return oneProcess;
    return /^(?:node:)?fs$/.test(name) ? watched : real(name);
  };
  const module = { exports: {} };
  compiled.get(file).runInThisContext()(
    module.exports,
    required,
    module,
    file,
    path.dirname(file),
    oneProcess,
    (name) => import(name),
  );
}

function answer(what) {
  fs.writeSync(3, `${JSON.stringify(what)}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line);
  if (told.run) {
    run(told);
    return;
  }
  if (told.load) load(told.load, told.cache);
  else fs.writeFileSync(told.cache, compiled.get(told.keep).createCachedData());
  answer({});
});
