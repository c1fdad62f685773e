// node:fs for one run of a command: its calls are counted, and one of them fails, or ends the process, where that is
// asked for. What a failed call throws is made here; a test compares it with what Node.js throws of a failed system call.
const { Buffer } = require('node:buffer');
const fs = require('node:fs');
const process = require('node:process');
const { getSystemErrorMap } = require('node:util');

/**
 * The system call that a function of node:fs is made for, by which it may be made to fail, and the name of that in
 * Node.js's errors. Of one that makes several it is the call whose failure it throws.
 */
const MADE_FOR = {
  closeSync: ['close', 'close'],
  fchmodSync: ['fchmod', 'fchmod'],
  fstatSync: ['statx', 'fstat'],
  fsyncSync: ['fsync', 'fsync'],
  linkSync: ['link', 'link'],
  lstatSync: ['statx', 'lstat'],
  mkdirSync: ['mkdir', 'mkdir'],
  openSync: ['openat', 'open'],
  readSync: ['read', 'read'],
  readdirSync: ['openat', 'scandir'],
  readlinkSync: ['readlink', 'readlink'],
  renameSync: ['rename', 'rename'],
  rmdirSync: ['rmdir', 'rmdir'],
  unlinkSync: ['unlink', 'unlink'],
  writeFileSync: ['write', 'write'],
  writeSync: ['write', 'write'],
};

/** How a trace of the process shows where a call begins and ends. */
const mark = (text) => fs.existsSync(`/unit-patch-call/${text}`);

/**
 * @param root what the calls name as ROOT
 * @param tamperings each with `nth`, the number of a call from 1 on, and `signal`, or `error` and `text`, the call as
 *   `calls` has it; with `forGood`, names of system calls, from there on every call made for one of them fails
 * @param isMarked whether a trace shall show the calls
 * @param onHit called with the number of a call, before it is tampered with
 */
exports.watchedFs = function watchedFs({ root, tamperings, isMarked, onHit }) {
  /** each call as text, and what it threw */
  const calls = [];
  const thrown = [];

  const watch = (name, call, args) => {
    const text = `${name} ${args.map(plain(root)).join(' ')}`.trim();
    const nth = calls.push(text);
    if (isMarked) mark(nth);
    try {
      for (const tampering of tamperings) tamper(tampering, { name, text, nth, args });
      return call();
    } catch (error) {
      const { message, errno, code, syscall, path, dest } = error;
      thrown.push({ nth, text, error: { message, errno, code, syscall, path, dest } });
      throw error;
    } finally {
      if (isMarked) mark('end');
    }
  };

  const tamper = (tampering, { name, text, nth, args }) => {
    const { error, signal, forGood } = tampering;
    if (nth < tampering.nth || (nth > tampering.nth && !forGood)) return;
    const [systemCall, word] = MADE_FOR[name] ?? [];
    if (forGood && !forGood.includes(systemCall)) return;
    if (nth === tampering.nth && text === tampering.text) onHit(nth);
    if (error) throw systemError(error, word, args);
    process.kill(process.pid, signal);
  };

  const watched = { ...fs };
  for (const [name, real] of Object.entries(fs)) {
    if (!name.endsWith('Sync') || typeof real !== 'function') continue;
    watched[name] = (...args) => watch(name, () => real(...args), args);
    for (const [part, realPart] of Object.entries(real))
      watched[name][part] = (...args) => watch(`${name}.${part}`, () => realPart(...args), args);
  }
  const { opendirSync } = watched;
  watched.opendirSync = (...args) => {
    const directory = opendirSync(...args);
    for (const name of ['readSync', 'closeSync']) {
      const real = directory[name].bind(directory);
      directory[name] = () => watch(`Dir.${name}`, real, []);
    }
    return directory;
  };
  return { watched, calls, thrown };
};

const plain = (root) => (arg, at) => {
  if (typeof arg === 'number') return 'N';
  const isPath = typeof arg === 'string' || (at === 0 && Buffer.isBuffer(arg));
  if (!isPath) return '';
  return String(arg)
    .slice(0, 200)
    .replaceAll(root, 'ROOT')
    .replace(/unit-patch-\d+-[0-9a-f]+/g, 'unit-patch-PID')
    .replace(/(?<=\/proc\/self\/fd\/)\d+/g, 'N');
};

/** An error as Node.js makes it. */
function systemError(code, syscall, args) {
  const [errno, [, words]] = [...getSystemErrorMap()].find(([, [name]]) => name === code);
  const places = ['link', 'rename'].includes(syscall) ? args.slice(0, 2) : args.slice(0, 1);
  const [path, dest] = places.filter((place) => typeof place !== 'number').map(String);
  const where = path === undefined ? '' : ` '${path}'${dest === undefined ? '' : ` -> '${dest}'`}`;
  return Object.assign(
    new Error(`${code}: ${words}, ${syscall}${where}`),
    { errno, code, syscall },
    path === undefined ? {} : { path },
    dest === undefined ? {} : { dest },
  );
}
