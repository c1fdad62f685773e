import { spawn } from 'node:child_process';
import fs from 'fs-extra';
import { hostScript } from '../../src/apply/host-script.js';
import { openRoot } from '../../src/files/open-root.js';
import { type RootPath, rootPath } from '../../src/files/files.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import type { Relation } from '../../src/firewalls/template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import type { Plan } from '../../src/plan/plan.js';
import { converse } from '../../src/system/host/conversation.js';
import { withFirewall } from '../helpers/docker.js';
import { directory, fingerprint, makeRoot } from '../helpers/tree.js';

/** How the script of a plan is run. */
export interface Running {
  /** the answer that it gets; undefined: none, since the connection has broken */
  readonly keeps?: boolean;
  /** the command that kills the script, and how many times it may be called before that */
  readonly killedBy?: readonly [command: string, calls: number];
}

/** Commands of a system that are stood in for: they write down that they were called, and may fail. */
const STAND_IN = `#!/bin/sh
name=\${0##*/}
echo "$name $*" >>LOG
case "$name $*" in
  "systemctl is-active"*) [ -e "BOX/active-$4" ]; exit ;;
  "systemctl start"* | "systemctl restart"*) touch "BOX/active-$3" ;;
  "systemctl stop"*) rm -f "BOX/active-$3" ;;
  "systemctl show --property=LoadState"*) echo LoadState=loaded; exit ;;
  "systemctl show"*) echo Job=; exit ;;
esac
left=0
[ ! -e "BOX/kill-$name" ] || read -r left <"BOX/kill-$name"
[ "$left" = 0 ] || echo $((left - 1)) >"BOX/kill-$name"
[ "$left" != 1 ] || { read -r pid <BOX/pid; kill -KILL "$pid"; exit 1; }
if [ -e "BOX/fail-$name" ]; then cat "BOX/fail-$name" >&2; exit 1; fi
case $name in systemctl | restorecon) exit ;; esac
exec /usr/bin/$name "$@"
`;
const NAMES = ['systemctl', 'restorecon', 'mkdir', 'chmod', 'sync', 'ln', 'mv', 'rm', 'rmdir'];

/** A directory in which the script finds the files of a machine, and commands of its own. */
export class FarMachine {
  readonly root = makeRoot({ ...withFirewall(), 'usr/bin/systemctl': '' });
  private readonly box = makeRoot({ bin: directory, log: '' });

  constructor() {
    const text = STAND_IN.replaceAll('LOG', `${this.box}/log`).replaceAll('BOX', this.box);
    for (const name of NAMES) fs.writeFileSync(`${this.box}/bin/${name}`, text, { mode: 0o755 });
  }

  get files(): string {
    return fingerprint(this.root);
  }

  /** What was called since the last time. */
  calls(): string[] {
    const lines = fs.readFileSync(`${this.box}/log`, 'utf8').trim().split('\n');
    fs.writeFileSync(`${this.box}/log`, '');
    return lines.map((line) => line.replaceAll(this.root, ''));
  }

  /** A command fails from now on, and says why. */
  failing(name: string, why: string): void {
    fs.writeFileSync(`${this.box}/fail-${name}`, `${why}\n`);
  }

  /** A unit is active from now on. */
  isActive(unit: string): void {
    fs.writeFileSync(`${this.box}/active-${unit}`, '');
  }

  plan(relation: Relation = 'requires'): Plan {
    return planPatch(openRoot(this.root), { template: findTemplate('docker'), relation });
  }

  planRevert(): Plan {
    return planRevert(openRoot(this.root), { unit: 'docker.service' });
  }

  /** Runs the script of a plan, and returns its lines; they name the paths as the plan does. */
  async run(plan: Plan, { keeps, killedBy }: Running = {}): Promise<string[]> {
    if (killedBy) fs.writeFileSync(`${this.box}/kill-${killedBy[0]}`, `${killedBy[1] + 1}\n`);
    const prelude = `PATH=${this.box}/bin:/usr/bin:/bin LC_ALL=C\nexport PATH LC_ALL\necho $$ >${this.box}/pid`;
    const shell = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'pipe'] });
    shell.stdin.on('error', () => undefined).write(hostScript(this.inside(plan), prelude));
    if (keeps === undefined) shell.stdin.end();
    const { lines } = await converse(shell, () => keeps === true);
    return lines.map((line) => line.replaceAll(this.root, ''));
  }

  /** The same plan for the files of this directory. */
  private inside(plan: Plan): Plan {
    const place = (path: string): RootPath => rootPath(this.root + path);
    return {
      ...plan,
      inputs: plan.inputs.map((input) => ({ ...input, path: place(input.path) })),
      changes: plan.changes.map((change) => ({
        ...change,
        path: place(change.path),
        directories: change.directories.map(place),
      })),
    };
  }
}
