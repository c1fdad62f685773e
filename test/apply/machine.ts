import fs from 'fs-extra';
import path from 'node:path';
import { type Application, applyPlan } from '../../src/apply/apply-plan.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import type { Relation } from '../../src/firewalls/template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { RootSystem } from '../../src/system/root-system.js';
import { liveManager } from '../../src/system/systemctl.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { directory, fingerprint, makeRoot } from '../helpers/tree.js';

/** What the commands of a machine do, each a shell script; `$OURS` is our drop-in, `$CALLS` how often it was called. */
export interface Commands {
  /** what `systemctl daemon-reload` does */
  readonly reload?: string;
  /** what `systemctl show` does; `$AGREE` prints what systemd says when all is well */
  readonly show?: string;
  /** undefined: it is not installed */
  readonly 'systemd-analyze'?: string;
  readonly restorecon?: string;
}

/** Properties as the real systemctl prints them. */
const AGREE =
  'printf "%s\\n" LoadState=loaded "Requires=sysinit.target iptables.service" "PartOf=iptables.service" ' +
  `"After=iptables.service basic.target" "DropInPaths=${OURS}"`;

/** How long its commands may take: a busy machine needs more than a moment even for those that do nothing. */
export const LIMIT_MS = 2000;
/** Where one of them hangs, what is waited for never comes. */
const HANGING_MS = 1000;

/** A machine with docker and a firewall, whose commands are shell scripts, called through the real liveManager(). */
export class Machine {
  readonly root = makeRoot(withFirewall());
  private readonly desk = makeRoot({ booted: directory, bin: directory, log: '' });

  constructor(private readonly commands: Commands = {}) {
    this.install(
      'systemctl',
      `case "$1" in daemon-reload) ${commands.reload ?? ':'};; show) ${commands.show ?? AGREE};; esac`,
    );
    for (const name of ['systemd-analyze', 'restorecon'] as const)
      if (commands[name] !== undefined) this.install(name, commands[name]);
  }

  /** Plans and applies; if `systemctl` names another command, that one is called. */
  apply(relation: Relation = 'requires', systemctl = `${this.desk}/bin/systemctl`): Application {
    const manager = liveManager(systemctl, `${this.desk}/booted`, {
      timeoutMs: JSON.stringify(this.commands).includes('sleep') ? HANGING_MS : LIMIT_MS,
      path: `${this.desk}/bin`,
    });
    const system = new RootSystem(openRoot(this.root), manager);
    const plan = planPatch(system.files(), { template: findTemplate('docker'), relation });
    return applyPlan(system, plan);
  }

  /** Applies without a manager, and forgets it. */
  patchAsImage(): void {
    const system = new RootSystem(openRoot(this.root), undefined);
    applyPlan(system, planPatch(system.files(), { template: findTemplate('docker'), relation: 'requires' }));
  }

  /** Everything in the root, as text. */
  state(): string {
    return fingerprint(this.root);
  }

  /** Every call of a command, with its first argument, and whether our drop-in stood there: `verify before` */
  calls(): string[] {
    return fs.readFileSync(`${this.desk}/log`, 'utf8').split('\n').filter(Boolean);
  }

  private install(name: string, script: string): void {
    const file = path.join(this.desk, 'bin', name);
    const calls = `grep -c "^${name} $1 " ${this.desk}/log`;
    fs.writeFileSync(
      file,
      `#!/bin/sh
OURS=${this.root}${OURS}
if [ -e $OURS ]; then when=after; else when=before; fi
echo "${name} $* $when" | sed 's|${this.root}||g' >> ${this.desk}/log
CALLS=$(${calls})
${script}
`,
    );
    fs.chmodSync(file, 0o755);
  }
}
