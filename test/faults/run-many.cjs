// Runs a command again and again in one process, so that a fault costs no start of Node.js. Each run evaluates the
// command's files anew, so that nothing of the run before is left in their variables.
// Standard input: lines of JSON. `{"load": file, "cache": directory}` loads it and the files beside it, so that the first
// run makes the same system calls as the others; the cache is for what V8 has compiled of them, and is written by
// `{"keep": file, "cache": directory}`.
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

/** The files of a command: its own, and the parts of it that lie beside it. */
function partsOf(file) {
  const directory = path.dirname(file);
  const names = fs.readdirSync(directory).filter((name) => name.endsWith('.cjs'));
  return names.map((name) => ({ name, part: path.join(directory, name) }));
}

/** Makes of each file a function of what Node.js gives to a CommonJS module, and of a process of its own. */
function load(file, cache) {
  if (compiled.has(file)) return;
  for (const { name, part } of partsOf(file)) {
    const text = fs.readFileSync(part, 'utf8').replace(/^#!.*/, '');
    const given = 'exports, require, module, __filename, __dirname, process';
    const cached = path.join(cache, name);
    compiled.set(
      part,
      new vm.Script(`(function (${given}) {${text}\n})`, {
        filename: part,
        cachedData: cache && fs.existsSync(cached) ? fs.readFileSync(cached) : undefined,
      }),
    );
  }
}

function keep(file, cache) {
  for (const { name, part } of partsOf(file))
    fs.writeFileSync(path.join(cache, name), compiled.get(part).createCachedData());
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
  const evaluated = new Map();
  const real = createRequire(file);
  const required = (name) => {
    if (/^(?:node:)?process$/.test(name)) return oneProcess;
    if (/^(?:node:)?fs$/.test(name)) return watched;
    return name.startsWith('./') ? evaluate(path.resolve(path.dirname(file), name)) : real(name);
  };
  const evaluate = (part) => {
    if (evaluated.has(part)) return evaluated.get(part).exports;
    const module = { exports: {} };
    evaluated.set(part, module);
    const asFunction = compiled.get(part).runInThisContext();
    asFunction(module.exports, required, module, part, path.dirname(part), oneProcess);
    return module.exports;
  };
  evaluate(file);
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
  else keep(told.keep, told.cache);
  answer({});
});
