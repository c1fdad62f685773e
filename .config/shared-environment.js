// The world of the test files that one worker of Jest runs, see shared-runtime.js: that of Node itself. What a file
// changes in it for its own tests is put back when the file has ended.
import process from 'node:process';

/** Its functions; a getter would open a stream. */
const methods = () =>
  Object.entries(Object.getOwnPropertyDescriptors(process)).filter(
    ([, { value }]) => typeof value === 'function',
  );

export default class SharedEnvironment {
  global = globalThis;
  #console = globalThis.console;
  #methods = methods();
  #variables = { ...process.env };

  async setup() {}

  async teardown() {
    globalThis.console = this.#console;
    for (const [name, { value }] of this.#methods) if (process[name] !== value) process[name] = value;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
  }

  exportConditions() {
    return ['node', 'import', 'default'];
  }

  /** None but the usual one. */
  getVmContext() {
    return null;
  }
}
