// Runs a command again and again in one process, so that a fault costs no start of Node.js. Each run evaluates the
// command's file anew, so that nothing of the run before is left in its variables.
// Standard input: lines of JSON, `{"load": file}` or `{"run": [file, …arguments]}`. Descriptor 3: a line for each, with
// the exit status of a run. A file is loaded first, so that the first run makes the same system calls as the others.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const process = require('node:process');
const { createInterface } = require('node:readline');
const vm = require('node:vm');

const compiled = new Map();

// The first time these take more system calls than later: libuv gets ready for signals, libc reads /etc/nsswitch.conf.
spawnSync('true');
os.userInfo();

/** Makes of a file a function of what Node.js gives to a CommonJS module, and of a process of its own. */
function load(file) {
  if (compiled.has(file)) return;
  const source = fs.readFileSync(file, 'utf8').replace(/^#!.*/, '');
  const wrapped = `(function (exports, require, module, __filename, __dirname, process) {${source}\n})`;
  compiled.set(
    file,
    new vm.Script(wrapped, {
      filename: file,
      // The command loads parts of Node.js by import().
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
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

function run([file, ...argv]) {
  const oneProcess = processOf([file, ...argv], answer);
  const real = createRequire(file);
  const required = (name) => (/^(?:node:)?process$/.test(name) ? oneProcess : real(name));
  const module = { exports: {} };
  compiled.get(file).runInThisContext()(
    module.exports,
    required,
    module,
    file,
    path.dirname(file),
    oneProcess,
  );
}

function answer(text) {
  fs.writeSync(3, `${text}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line);
  if (told.run) run(told.run);
  else answer(load(told.load) ?? 'loaded');
});
