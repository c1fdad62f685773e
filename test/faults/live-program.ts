import { buildSync } from 'esbuild';
import fs from 'fs-extra';
import path from 'node:path';
import { link, makeRoot } from '../helpers/tree.js';

const dist = (file: string): string => JSON.stringify(path.resolve('dist', file));

/** Applies the docker template to a root, as if it were the running machine. */
const PROGRAM = `
  import { applyPlan, openRoot, parseTemplate, planPatch, readTemplate } from ${dist('index.js')};
  import { liveManager } from ${dist('system/systemctl.js')};
  import { RootSystem } from ${dist('system/root-system.js')};

  const [root, directory] = process.argv.slice(2);
  const manager = liveManager(directory + '/systemctl', directory, { timeoutMs: 20_000, path: directory });
  const system = new RootSystem(openRoot(root), manager);
  const request = { template: parseTemplate(readTemplate('docker')), relation: 'requires' };
  const plan = planPatch(system.files(), request);
  process.stdout.write('diff --git\\n');
  const { ok, steps, notRolledBack } = applyPlan(system, plan);
  process.stderr.write(JSON.stringify({ steps, notRolledBack }));
  process.exit(ok ? 0 : 4);
`;

/** A program that patches a root with a fake systemctl. */
export class LiveProgram {
  /** The directory of the fake commands. */
  readonly path: string;

  /** @param systemctl its text, a shell script */
  constructor(systemctl = 'exit 0') {
    this.path = makeRoot({
      systemctl: `#!/bin/sh\n${systemctl}\n`,
      templates: link(path.resolve('templates')),
    });
    fs.chmodSync(`${this.path}/systemctl`, 0o755);
    // One file, like the command: Node.js reads a tree of modules in an order that differs from run to run.
    buildSync({
      stdin: { contents: PROGRAM, resolveDir: process.cwd() },
      outfile: this.program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      define: { 'import.meta.dirname': '__dirname' },
      // Its import() of parts of Node.js; the runner evaluates scripts, which have none.
      supported: { 'dynamic-import': false },
    });
  }

  /** The arguments for Node.js to patch a root. */
  argv(root: string): string[] {
    return [this.program, root, this.path];
  }

  private get program(): string {
    return `${this.path}/dist/bin/program.cjs`;
  }
}
