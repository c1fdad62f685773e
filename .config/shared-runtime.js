// How Jest loads what its test files import. Its own runtime gives each file a world of its own and loads every module
// anew for it, which takes longer than the tests of most files. Here those that one worker runs share what they import.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SourceTextModule, SyntheticModule } from 'node:vm';
import { ModuleMocker } from 'jest-mock';

const require = createRequire(import.meta.url);
const mocker = new ModuleMocker(globalThis);

/** How our modules are written, as Jest asks its transformer. */
const NATIVE = {
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};

/** What `@jest/globals` exports. Each file is given its own, which reach the shared helpers under the same names. */
const NAMES = [
  'afterAll',
  'afterEach',
  'beforeAll',
  'beforeEach',
  'describe',
  'expect',
  'it',
  'jest',
  'test',
];
const globals = new SyntheticModule(NAMES, () => {});
const isReady = Promise.resolve(globals.link(() => {})).then(() => globals.evaluate());

/** The modules of this worker, each as a promise: by the path, or by the name of a package. */
const shared = new Map([['@jest/globals', globals]]);

const sourceMaps = new Map();

/** Two imports at once must not link the same modules. */
let linking = Promise.resolve();

function standIn(exports) {
  const names = Object.keys(exports);
  return new SyntheticModule(names, function evaluate() {
    for (const name of names) this.setExport(name, exports[name]);
  });
}

/** The path of one of our files, which are imported as they are called once they are built; else the package. */
function resolve(specifier, from) {
  if (!specifier.startsWith('.')) return specifier;
  const file = path.resolve(path.dirname(from), specifier);
  const source = file.replace(/\.js$/, '.ts');
  return existsSync(source) ? source : file;
}

/** As Jest makes one for each test file. */
export default class SharedRuntime {
  #modules = shared;
  #transformer;
  #options;
  #testPath;
  #globals;

  constructor(config, environment, resolver, transformer, sources, coverage, testPath) {
    this.#transformer = transformer;
    this.#options = { ...coverage, ...NATIVE };
    this.#testPath = testPath;
  }

  /** The test framework keeps its state in modules, so these are new for each file. */
  requireInternalModule(file) {
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    delete require.cache[file];
    return require(file);
  }

  requireModule(file) {
    return require(file);
  }

  setGlobalsForRuntime(given) {
    const jest = {
      fn: mocker.fn.bind(mocker),
      spyOn: mocker.spyOn.bind(mocker),
      restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
      unstable_mockModule: this.#mockModule.bind(this),
    };
    this.#globals = { ...given, jest };
  }

  /** What a file imports after that is loaded for this file alone. */
  #mockModule(specifier, make) {
    if (this.#modules === shared) this.#modules = new Map([['@jest/globals', globals]]);
    this.#modules.set(resolve(specifier, this.#testPath), standIn(make()));
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  /** Loads a test file. */
  async unstable_importModule(file) {
    await isReady;
    for (const name of NAMES) globals.setExport(name, this.#globals[name]);
    await this.#import(file);
  }

  async #import(file) {
    const module = await this.#get(file);
    const link = async () => {
      if (module.status !== 'unlinked') return;
      await module.link((specifier, { identifier }) => this.#get(resolve(specifier, identifier)));
    };
    linking = linking.then(link, link);
    await linking;
    await module.evaluate();
    return module;
  }

  #get(file) {
    if (!this.#modules.has(file)) this.#modules.set(file, this.#load(file));
    return this.#modules.get(file);
  }

  async #load(file) {
    if (!file.endsWith('.ts'))
      return standIn(await import(path.isAbsolute(file) ? pathToFileURL(file) : file));
    const { code, sourceMapPath } = await this.#transformer.transformAsync(file, this.#options);
    sourceMaps.set(file, sourceMapPath);
    return new SourceTextModule(code, {
      identifier: file,
      initializeImportMeta: (meta) =>
        Object.assign(meta, { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) }),
      importModuleDynamically: (specifier) => this.#import(resolve(specifier, file)),
    });
  }

  getSourceMaps() {
    return sourceMaps;
  }

  getAllCoverageInfoCopy() {
    return globalThis.__coverage__;
  }

  /** Jest says when the code of a test runs, and when its own. */
  enterTestCode() {}
  leaveTestCode() {}

  teardown() {
    mocker.restoreAllMocks();
  }
}
