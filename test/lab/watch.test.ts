import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { Story } from './story.js';

/** What is there; what Node.js keeps of the command that it has compiled is no trace. */
const FILES =
  'cd / && find etc/systemd/system usr/local run/docker-rules -name .cache -prune -o -print 2>/dev/null | sort';
const SERVICE = 'docker-rules.service';

describeLab('a watch beside iptables.service', (suite) => {
  const story = new Story(suite, { ...rhel, packageName: 'nftables' }).around(
    'a watch beside iptables.service',
  );
  let before = '';

  /** Runs unit-patch, which has to end with this status; what it prints. */
  async function unitPatch(words: string, expected = 0): Promise<string> {
    const { status, stderr, stdout } = await story.box.attempt(`unit-patch ${words}`);
    if (status !== expected) throw new Error(`unit-patch ${words} ended with ${status}: ${stderr}${stdout}`);
    return stderr + stdout;
  }

  const containers = (): Promise<string> =>
    story.box.run("docker ps -q | xargs docker inspect -f '{{.State.Pid}}'");

  /** Does something to the rules; all of docker's have to come back, docker and its container untouched. */
  async function expectBack(script: string): Promise<string> {
    const { box } = story;
    const [rules, invocation, pids] = [await box.dockerRules(), await box.invocation(), await containers()];
    const start = Date.now();
    await box.run(script);
    const done = Date.now();
    let now = await box.dockerRules();
    while (now.join('\n') !== rules.join('\n') && Date.now() - done < 30_000) {
      await sleep(50);
      now = await box.dockerRules();
    }
    expect(now).toEqual(rules);
    expect([await box.invocation(), await containers()]).toEqual([invocation, pids]);
    expect(await box.look()).toEqual({ rules: rules.length, getsOut: true });
    return `${rules.length} rules are back ${Date.now() - start} ms after it began, docker is untouched`;
  }

  /** Waits until docker was started again, and its container answers. */
  async function untilRestarted(invocation: string): Promise<void> {
    const { box } = story;
    for (const end = Date.now() + 30_000; Date.now() < end && (await box.invocation()) === invocation;)
      await sleep(100);
    expect(await box.invocation()).not.toBe(invocation);
    await box.untilAnswering();
  }

  step('three files are written, and the service runs; docker does not restart', async () => {
    before = await story.box.run(FILES);
    const invocation = await story.box.invocation();
    const said = await unitPatch('docker --relation watch --yes');
    expect(said).toContain(`done    start ${SERVICE}`);
    expect(said).toContain(`done    check that ${SERVICE} runs`);
    expect(said).toContain('done    check that systemd-analyze verify reports nothing new');
    expect(await unitPatch('docker')).toContain('everything is in force; nothing to write');
    await unitPatch('check docker');
    expect(await story.box.invocation()).toBe(invocation);
    return undefined;
  });

  for (const action of ['restart', 'reload', 'stop', 'start'])
    step(`${action} of the firewall`, () => expectBack(`systemctl ${action} iptables`));
  for (const script of ['iptables -F', 'iptables -t nat -F', 'nft flush ruleset', 'iptables -F; iptables -X'])
    step(script, () => expectBack(script));

  step('the journal names who did it', async () => {
    const journal = await story.box.run(`journalctl -u ${SERVICE} -o cat -p warning`);
    expect(journal).toMatch(/of docker's rules were gone \(by nft\[\d+\]\); put back \d+ ms after/);
    return undefined;
  });

  step('doctor says how often it had to, and by whom', async () => {
    const said = await unitPatch('doctor docker');
    expect(said).toContain(`protected: ${SERVICE} brings the rules of docker.service back`);
    expect(said).toMatch(/docker-rules\.service put rules back 8 times today \(removed by iptables/);
    return undefined;
  });

  step('prove: docker and its container stay up, and the rules are back', async () => {
    const said = await unitPatch('prove docker --yes');
    expect(said).toContain(`${SERVICE} puts the rules back`);
    expect(said).toMatch(/all that it had was there again after \d+(?:\.\d)? s/);
    return undefined;
  });

  step('a boot: docker comes after the firewall, and the service after docker', async () => {
    await story.reboot();
    await unitPatch('check docker');
    return expectBack('systemctl restart iptables');
  });

  step('a service that is stopped is missing, and the next run starts it; it restarts docker', async () => {
    const { box } = story;
    const rules = await box.dockerRules();
    await box.run(`systemctl stop ${SERVICE} && systemctl restart iptables`);
    expect(await unitPatch('check docker', 1)).toContain(`missing: ${SERVICE} does not run`);
    expect(await unitPatch('doctor docker', 1)).toContain(`nothing watches Docker's rules`);
    const invocation = await box.invocation();
    const said = await unitPatch('docker --yes');
    expect(said).toContain('[watch-inactive]');
    expect(said).toContain('the watch restarts Docker as soon as it starts');
    await untilRestarted(invocation);
    expect((await box.dockerRules()).sort()).toEqual(rules.sort());
    await unitPatch('check docker');
    return undefined;
  });

  step('--heal restart restarts docker, and writes no rule', async () => {
    const { box } = story;
    expect(await unitPatch('docker --heal restart --yes')).toContain(`done    restart ${SERVICE}`);
    const invocation = await box.invocation();
    await box.run('rm -f /run/docker-rules/restarted; iptables -F');
    await untilRestarted(invocation);
    expect(await box.look()).toMatchObject({ getsOut: true });
    return undefined;
  });

  step('revert stops it, and leaves no trace', async () => {
    const rules = await story.box.dockerRules();
    expect(await unitPatch('revert docker --yes')).toContain(`done    stop ${SERVICE}`);
    expect(await story.box.run(FILES)).toBe(before);
    expect(await story.box.run(`systemctl show ${SERVICE} -p LoadState --value`)).toBe('not-found');
    expect(await story.box.dockerRules()).toEqual(rules);
    return undefined;
  });
});
