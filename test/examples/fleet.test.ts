import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { OURS } from '../helpers/docker.js';
import { addTo, fingerprint, link, readFrom, removeTrees } from '../helpers/tree.js';
import { describeWhere, whyNoProgram } from '../helpers/where.js';
import { checkout, runIn } from './checkout.js';
import { debianDropIn } from './drop-in.js';
import { DEAF, Fleet, recap } from './fleet.js';
import { readme } from './readme.js';
import { whyNoSshHosts } from './ssh-hosts.js';

afterAll(removeTrees);

/** Ansible takes seconds for what a host does at once, and other tests run beside. */
const TIME = 600_000;
const SYSTEM = '/etc/systemd/system';
const FIREWALL = 'netfilter-persistent.service';
const OLD = `# Written by unit-patch; to undo: unit-patch revert docker\n[Unit]\nPartOf=${FIREWALL}\n`;

const bare = (): void => undefined;
const disable = (root: string): void => {
  fs.removeSync(path.join(root, SYSTEM, 'multi-user.target.wants', FIREWALL));
};

/** Hosts that need no Node.js, and what is special about each. */
const HOSTS: Readonly<Record<string, (root: string) => void>> = {
  bare,
  partOf: bare,
  refusesNew: bare,
  refusesOther: (root) => {
    addTo(root, { [OURS]: OLD });
  },
  hasIt: bare,
  byHand: (root) => {
    const text = `[Unit]\nRequires=${FIREWALL}\nAfter=${FIREWALL}\n`;
    addTo(root, { [`${SYSTEM}/docker.service.d/by-hand.conf`]: text });
  },
  notLoaded: bare,
  masked: (root) => {
    addTo(root, { [`${SYSTEM}/${FIREWALL}`]: link('/dev/null') });
  },
  disabled: disable,
  missing: (root) => {
    disable(root);
    fs.removeSync(path.join(root, 'usr/lib/systemd/system', FIREWALL));
  },
};
const NAMES = Object.keys(HOSTS);
const DONE = { changed: 0, failed: 0, unreachable: 0 };
const CHANGED = { ...DONE, changed: 1 };
const FAILED = { ...DONE, failed: 1 };

describeWhere(whyNoProgram('ansible-playbook') ?? whyNoSshHosts(), 'examples/fleet', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = new Fleet(NAMES);
    await fleet.start();
  }, TIME);
  afterAll(() => fleet.end());

  const etc = (host: string): string => fingerprint(path.join(fleet.root(host), 'etc'));

  test(
    'the play, its role and its inventory are what Ansible takes',
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

  describe('hosts without Node.js', () => {
    const variables = (names: readonly string[]): Record<string, string> =>
      Object.fromEntries(
        names.map((name) => [name, name === 'partOf' ? 'docker_follows_firewall_relation=part-of' : '']),
      );

    const reset = async (names: readonly string[]): Promise<void> => {
      const text = await debianDropIn();
      for (const name of names) fleet.reset(name, HOSTS[name]);
      fleet.reset('hasIt', (root) => {
        addTo(root, { [OURS]: text });
      });
      // What comes after the reload is not loaded.
      addTo(fleet.root('notLoaded'), { [OURS]: text });
      for (const host of ['refusesNew', 'refusesOther']) addTo(fleet.root(host), { [DEAF]: '' });
    };

    test(
      'with --check --diff the drop-in is shown, and nothing is written',
      async () => {
        const names = ['bare', 'hasIt', 'notLoaded', 'masked'];
        await reset(names);
        const before = names.map(etc);
        const { counts, stdout } = await fleet.play('play.yml --check --diff', variables(names));
        expect(counts).toMatchObject({ bare: CHANGED, hasIt: DONE, notLoaded: CHANGED, masked: FAILED });
        expect(stdout).toContain(`+[Unit]\n+Requires=${FIREWALL}\n+After=${FIREWALL}\n`);
        expect(names.map(etc)).toEqual(before);
        for (const name of names) expect(fleet.asked(name)).toEqual(['show']);
        // As the README shows it.
        expect(recap(readme('fleet'))).toEqual({
          'web1.example.org': counts.bare,
          'web2.example.org': counts.hasIt,
        });
      },
      TIME,
    );

    test(
      'ten at once: changes those that need it, says why it refuses others, and changes nothing again',
      async () => {
        await reset(NAMES);
        const before = Object.fromEntries(NAMES.map((name) => [name, etc(name)]));
        const first = await fleet.play('play.yml', variables(NAMES));
        expect(first.counts).toMatchObject({
          bare: CHANGED,
          partOf: CHANGED,
          refusesNew: { failed: 1, unreachable: 0 },
          refusesOther: { failed: 1, unreachable: 0 },
          hasIt: DONE,
          byHand: DONE,
          notLoaded: CHANGED,
          masked: FAILED,
          disabled: FAILED,
          missing: FAILED,
        });
        expect(first.status).not.toBe(0);

        const text = await debianDropIn();
        for (const name of ['bare', 'notLoaded']) expect(readFrom(fleet.root(name), OURS)).toBe(text);
        expect(readFrom(fleet.root('partOf'), OURS)).toContain(`\n[Unit]\nPartOf=${FIREWALL}\nAfter=`);
        // The others are as they were.
        const kept = ['refusesNew', 'refusesOther', 'hasIt', 'byHand', 'masked', 'disabled', 'missing'];
        for (const name of kept) expect({ name, etc: etc(name) }).toEqual({ name, etc: before[name] });

        const messages = [
          `Docker does not follow ${FIREWALL}, and everything was rolled back`,
          `${FIREWALL} is masked here, so Docker would not start`,
          `${FIREWALL} is disabled here, not enabled: sudo systemctl enable ${FIREWALL}`,
          `${FIREWALL} is not-found here, so Docker would not start`,
        ];
        for (const message of messages) expect(first.stdout).toContain(message);

        expect(fleet.asked('bare')).toEqual(['show', 'daemon-reload', 'show']);
        expect(fleet.asked('masked')).toEqual(['show']);
        const verbs = new Set(NAMES.flatMap((name) => fleet.asked(name)));
        expect([...verbs].sort()).toEqual(['daemon-reload', 'show']);

        const done = ['bare', 'partOf', 'hasIt', 'byHand', 'notLoaded'];
        const second = await fleet.play('play.yml', variables(done));
        expect(second.counts).toMatchObject(Object.fromEntries(done.map((name) => [name, DONE])));
        expect(second.status).toBe(0);
      },
      TIME,
    );
  });

  test(
    'hosts with unit-patch: a plan that was reviewed is applied, and a host whose files differ refuses it',
    async () => {
      const names = NAMES.slice(0, 4);
      const [fresh = '', patched = '', stale = '', broken = ''] = names;
      for (const name of names) fleet.reset(name);
      const hook = ['--relation', 'hook'];
      fleet.unitPatch(patched, 'docker', ...hook, '--yes');
      fs.appendFileSync(path.join(fleet.root(stale), 'usr/lib/systemd/system/docker.service'), '# other\n');
      fs.removeSync(path.join(fleet.root(broken), 'usr/lib/systemd/system/docker.service'));
      fleet.plan(fresh, ...hook);
      const hosts = Object.fromEntries(
        names.map((name) => [name, `docker_follows_firewall_options='--root ${fleet.root(name)}'`]),
      );
      const before = names.map(etc);
      const expected = { [fresh]: CHANGED, [patched]: DONE, [stale]: FAILED, [broken]: FAILED };

      const dry = await fleet.play('=plan --check --diff', hosts);
      expect(dry.counts).toMatchObject(expected);
      expect(dry.stdout).toContain(`"+After=${FIREWALL}"`);
      expect(dry.stdout).toContain('docker.service changed since the plan was made');
      expect(dry.stdout).toContain('there is no docker.service in ');
      expect(names.map(etc)).toEqual(before);

      const played = await fleet.play('=plan', hosts);
      expect(played.counts).toMatchObject(expected);
      expect(played.stdout).toContain('docker.service changed since the plan was made');
      expect(names.slice(1).map(etc)).toEqual(before.slice(1));
      expect(fleet.unitPatch(fresh, 'check', 'docker', ...hook)).toContain('in force');
    },
    TIME,
  );
});
