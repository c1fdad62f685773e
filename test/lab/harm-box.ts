import { join } from 'node:path';
import type { PlanReport } from '../../src/report/plan-json.js';
import { Box, type Outcome } from './box.js';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { makeTree, type Suite } from './tree.js';

/** Where the units of these boxes lie. */
export const UNITS = '/etc/systemd/system';
/** The command as it is built. */
export const COMMAND = join(import.meta.dirname, '../../dist/bin/unit-patch.cjs');

/** Files of a box by their paths. */
export type Content = Readonly<Record<string, string>>;

/** What a unit says besides what all of them say. */
interface Lines {
  readonly unit?: string;
  readonly service?: string;
}

/** A unit that stays up; every start leaves a line in a file, which a boot begins anew. */
export function unit(name: string, { unit = '', service = '' }: Lines = {}): Content {
  const start = `ExecStartPre=sh -c 'echo ${name} >>/run/starts'`;
  const command = service.includes('ExecStart=') ? '' : 'ExecStart=sleep infinity';
  return {
    [`${UNITS}/${name}.service`]: `[Unit]
${unit}
[Service]
${service}
${start}
${command}
[Install]
WantedBy=multi-user.target
`,
  };
}

/** A unit that stands for dockerd. */
export const docker = (lines: Lines = {}): Content => unit('docker', lines);

/** A firewall: a oneshot that stays, by default. */
export function firewall(lines: Lines & { name?: string; stays?: boolean } = {}): Content {
  const { name = 'iptables', stays = true, service = '' } = lines;
  const command = service.includes('ExecStart=') ? '' : 'ExecStart=true';
  const type = `Type=oneshot\nRemainAfterExit=${stays ? 'yes' : 'no'}`;
  return unit(name, { ...lines, service: [type, service, command].join('\n') });
}

/** Follow the firewall so, and so. */
export const REQUIRES = ['--follow', 'iptables.service'];
export const PART_OF = [...REQUIRES, '--relation', 'part-of'];

/** What is enabled on most machines. */
export const bothEnabled = ['docker', 'iptables'];

/** Makes a test with a box of its own, in which these units are, and some of them are enabled. */
export type InBox = (
  name: string,
  content: Content,
  enabled: readonly string[],
  body: (box: HarmBox) => Promise<void>,
) => void;

/** Describes what unit-patch refuses, done by force in boxes. */
export function describeHarm(name: string, body: (inBox: InBox, suite: Suite) => void): void {
  describeLab(`what unit-patch refuses, done by force: ${name}`, (suite) => {
    const inBox: InBox = (name, content, enabled, body) => {
      step(name, () => withUnits(suite, content, enabled, body));
    };
    body(inBox, suite);
  });
}

async function withUnits(
  suite: Suite,
  content: Content,
  enabled: readonly string[],
  body: (box: HarmBox) => Promise<void>,
): Promise<undefined> {
  const box = await Box.open([makeTree(suite)]);
  try {
    // What stands there for dockerd is enough, and quicker.
    await box.run(`rm -f ${UNITS}/*.wants/docker.* ${UNITS}/*.wants/containerd.*`);
    await box.run(`ln -s /dev/null ${UNITS}/docker.socket`);
    for (const [path, text] of Object.entries(content)) await box.write(path, text);
    if (enabled.length > 0) await box.run(`systemctl -q enable ${enabled.join(' ')}`);
    await body(new HarmBox(box));
    return undefined;
  } finally {
    await box.close();
  }
}

/** A box to be harmed: it is patched before it boots, and then shows what became of its units. */
export class HarmBox {
  constructor(private readonly box: Box) {}

  /** The codes for which unit-patch refuses; nothing is written. */
  async refusals(...args: readonly string[]): Promise<string[]> {
    const { stdout, stderr } = await this.unitPatch('-n', '--json', ...args);
    if (stdout === '') throw new Error(stderr);
    const { findings } = JSON.parse(stdout) as PlanReport;
    return findings.flatMap(({ code, level }) => (level === 'refuse' ? [code] : []));
  }

  /** Makes unit-patch write the drop-in into the tree, with every refusal forced. */
  async patch(...args: readonly string[]): Promise<void> {
    const forced = (await this.refusals(...args)).flatMap((code) => ['--force', code]);
    const { status, stderr } = await this.unitPatch('--yes', ...args, ...forced);
    if (status !== 0) throw new Error(stderr);
  }

  /** Patches, and boots what was patched. */
  async bootPatched(...args: readonly string[]): Promise<void> {
    await this.patch(...args);
    await this.boot();
  }

  /** Boots the tree as it is. */
  boot(): Promise<string> {
    return this.box.boot();
  }

  /** Shuts down; says how many milliseconds that took. */
  async halt(): Promise<number> {
    const start = Date.now();
    await this.box.halt();
    return Date.now() - start;
  }

  /** Runs a shell's script. */
  run(script: string): Promise<string> {
    return this.box.run(script);
  }

  /** Does the same if it may fail. */
  attempt(script: string): Promise<Outcome> {
    return this.box.attempt(script);
  }

  /** Whether a unit is up. */
  state(unit: string): Promise<string> {
    return this.box.manager.state(unit.includes('.') ? unit : `${unit}.service`);
  }

  /** What was started since the boot or since this was asked last, in order. */
  async starts(): Promise<string[]> {
    // `systemctl restart` returns when its own unit is up; those that follow may still be on their way.
    await this.box.manager.untilNoJobs();
    const text = await this.box.run('cat /run/starts 2>/dev/null; rm -f /run/starts');
    return text.split('\n').filter((line) => line !== '');
  }

  private unitPatch(...args: readonly string[]): Promise<Outcome> {
    return this.box.outside((root) => [process.execPath, COMMAND, 'docker', '--root', root, ...args]);
  }
}
