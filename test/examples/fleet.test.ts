import { afterAll, beforeEach, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fingerprint, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { checkout, type Outcome, runIn } from './checkout.js';
import { debianDropIn, dropInOf } from './drop-in.js';
import { readme, shownCommand, shownCommands } from './readme.js';

afterAll(removeTrees);

const TIME = 120_000;
const UNIT = 'usr/lib/systemd/system/docker.service';

/** What Ansible's recap counts of a host. */
interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The play with hosts that are all this machine, each with a root directory of its own. */
class Fleet {
  readonly directory: string;

  constructor(readonly hosts: readonly string[]) {
    const roots = hosts.map((host) => [`roots/${host}`, 'debian-12'] as const);
    this.directory = checkout({ fleet: 'fleet', ...Object.fromEntries(roots) });
    const lines = hosts.map((host) => {
      const options = `unit_patch_options='--root ${this.root(host)}'`;
      return `${host} ansible_connection=local ansible_become=false ${options} plan=${this.directory}/${host}.json`;
    });
    const all = `[all:vars]\nunit_patch='npx --yes unit-patch'\nansible_python_interpreter=/usr/bin/python3\n`;
    fs.writeFileSync(path.join(this.directory, 'fleet/hosts.ini'), `${lines.join('\n')}\n${all}`);
  }

  root(host: string): string {
    return path.join(this.directory, 'roots', host);
  }

  /** Runs unit-patch on one host. */
  unitPatch(host: string, ...args: readonly string[]): string {
    // The play itself calls it by npx, which takes much longer than what it starts.
    const all = ['node_modules/.bin/unit-patch', ...args, '--root', this.root(host)];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, {
      cwd: this.directory,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** Makes the plan on one host, as the README says. */
  plan(host: string): void {
    const [, args = ''] =
      /unit-patch (.*) > plan\.json$/.exec(shownCommand('fleet', /plan\.json$/).command) ?? [];
    fs.writeFileSync(path.join(this.directory, 'fleet/plan.json'), this.unitPatch(host, ...args.split(' ')));
  }

  /** Runs the play as the README says. */
  async play(option = ''): Promise<{ ended: Outcome; counts: Record<string, Counts> }> {
    const command = shownCommands('fleet').find((shown) =>
      shown.command.endsWith(`play.yml${option}`),
    )?.command;
    if (command === undefined) throw new Error(`the README shows no play.yml${option}`);
    const env = { ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCAL_TEMP: `${this.directory}/tmp`, LC_ALL: 'C.UTF-8' };
    const ended = await runIn(path.join(this.directory, 'fleet'), ['sh', '-c', command], env);
    return { ended, counts: recap(ended.stdout) };
  }
}

/** What Ansible says in the end, of each host. */
function recap(text: string): Record<string, Counts> {
  const counts: Record<string, Counts> = {};
  for (const [, host = '', rest = ''] of text.matchAll(/^(\S+) +: (ok=.*)$/gm)) {
    const count = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(rest)?.[1]);
    counts[host] = {
      ok: count('ok'),
      changed: count('changed'),
      failed: count('failed'),
      skipped: count('skipped'),
    };
  }
  return counts;
}

const whyNot = spawnSync('ansible-playbook', ['--version']).error ? 'ansible-playbook is missing' : undefined;

const LEFT: Counts = { ok: 1, changed: 1, failed: 0, skipped: 2 };
const DONE: Counts = { ok: 1, changed: 0, failed: 0, skipped: 2 };

describeWhere(whyNot, 'examples/fleet', () => {
  let fleet: Fleet;
  beforeEach(() => {
    fleet = new Fleet(['web1', 'web2', 'web3']);
    fleet.unitPatch('web2', 'docker', '--yes');
    fleet.plan('web1');
  }, TIME);

  test(
    'the play and its inventory are what Ansible takes',
    async () => {
      const directory = path.join(checkout({ fleet: 'fleet' }), 'fleet');
      for (const question of ['--syntax-check', '--list-hosts']) {
        const args = ['-i', 'hosts.ini', 'play.yml', question];
        const { status, stdout, stderr } = await runIn(directory, ['ansible-playbook', ...args]);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        if (question === '--list-hosts') expect(stdout).toContain('web2.example.org');
      }
    },
    TIME,
  );

  test(
    'with --check the hosts where something is left count as changed, and nothing is written',
    async () => {
      const before = fingerprint(path.join(fleet.directory, 'roots'));
      const { ended, counts } = await fleet.play(' --check');
      expect({ status: ended.status, counts }).toEqual({
        status: 0,
        counts: { web1: LEFT, web2: DONE, web3: LEFT },
      });
      expect(fingerprint(path.join(fleet.directory, 'roots'))).toBe(before);
      // As the README shows it.
      expect(recap(readme('fleet'))).toEqual({ 'web1.example.org': LEFT, 'web2.example.org': DONE });
    },
    TIME,
  );

  test(
    'applies the plan where something is left, and a second run changes nothing',
    async () => {
      const patched: Counts = { ok: 3, changed: 1, failed: 0, skipped: 0 };
      const first = await fleet.play();
      expect({ status: first.ended.status, counts: first.counts }).toEqual({
        status: 0,
        counts: { web1: patched, web2: DONE, web3: patched },
      });
      for (const host of fleet.hosts) expect(dropInOf(fleet.root(host))).toBe(await debianDropIn());
      const before = fingerprint(path.join(fleet.directory, 'roots'));
      const second = await fleet.play();
      expect({ status: second.ended.status, counts: second.counts }).toEqual({
        status: 0,
        counts: { web1: DONE, web2: DONE, web3: DONE },
      });
      expect(fingerprint(path.join(fleet.directory, 'roots'))).toBe(before);
    },
    TIME,
  );

  test(
    'a host whose files are not those of the plan refuses it, and the others go on',
    async () => {
      fs.appendFileSync(path.join(fleet.root('web3'), UNIT), '# another docker.service\n');
      const before = fingerprint(fleet.root('web3'));
      const { ended, counts } = await fleet.play();
      expect(ended.status).not.toBe(0);
      expect(counts).toMatchObject({
        web1: { changed: 1, failed: 0 },
        web2: DONE,
        web3: { changed: 0, failed: 1 },
      });
      expect(ended.stdout).toContain(`/${UNIT}`);
      expect(fingerprint(fleet.root('web3'))).toBe(before);
    },
    TIME,
  );

  test(
    'a host that check cannot judge fails, and the message is printed',
    async () => {
      fs.removeSync(path.join(fleet.root('web3'), UNIT));
      const { ended, counts } = await fleet.play(' --check');
      expect(ended.status).not.toBe(0);
      expect(counts).toMatchObject({ web1: { changed: 1 }, web2: DONE, web3: { failed: 1 } });
      expect(ended.stdout).toContain('there is no docker.service in ');
    },
    TIME,
  );
});
