import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './report.js';
import type { WatchBox } from './watch-box.js';
import {
  doubled,
  expectNothingDone,
  expectUntouched,
  inAnyOrder,
  SERVING,
  withoutAddresses,
} from './watch-steps.js';

const FLUSH = 'iptables -F; iptables -X; iptables -t nat -F';
const ADD = `docker network create n2 >/dev/null
docker run -d --name extra --network n2 -p 8090:90 ${SERVING} 90 >/dev/null
docker run -d --name extra2 -p 8091:91 -p 8091:91/udp ${SERVING} 91 >/dev/null`;
const REMOVE = 'docker rm -f extra extra2 >/dev/null; docker network rm n2 >/dev/null';

/** Docker changes its rules right after they were put back, while the watch still checks them. */
export function stepsAfterHeals(watched: () => WatchBox): void {
  step('containers and a network are removed right after a heal: none of their rules is left', async () => {
    const box = watched();
    const before = await box.state();
    await box.box.run(ADD);
    await box.untilNoted('8091');
    const saw = expectUntouched(await box.removedBy(FLUSH));
    await box.box.run(REMOVE);
    expect(await box.state()).toEqual(before);
    await box.noteAsWhole();
    await expectNothingDone(box, 'true');
    return saw;
  });

  step('a network and containers are made, stopped and started right after a heal: none twice', async () => {
    const box = watched();
    const before = await box.state();
    const saw = expectUntouched(await box.removedBy(FLUSH));
    await box.box.run(ADD);
    const made = await box.rules();
    expect(doubled(made)).toEqual(doubled(before.rules));
    await box.box.run('docker stop -t 1 extra >/dev/null; docker start extra >/dev/null');
    expect(inAnyOrder({ rules: await box.rules() })).toEqual(inAnyOrder({ rules: made }));
    await box.box.run(REMOVE);
    await box.noteAsWhole();
    expect(await box.state()).toEqual(before);
    return saw;
  });
}

/** Docker changes its rules, or somebody loads older ones. */
export function stepsOfDocker(watched: () => WatchBox): void {
  step('docker is restarted after heals: the same rules, and none twice', async () => {
    const box = watched();
    const saw = expectUntouched(await box.removedBy(FLUSH));
    const before = await box.rules();
    await box.box.run('systemctl reset-failed docker; systemctl restart docker');
    await box.box.untilAnswering();
    await sleep(3000);
    await box.noteAsWhole();
    await box.settle();
    expect(withoutAddresses(await box.rules())).toEqual(withoutAddresses(before));
    return saw;
  });

  step('rules are saved, a container is started, and the old rules are loaded', async () => {
    const box = watched();
    const save = `iptables-save >/root/saved; docker run -d --name newer -p 8084:84 ${SERVING} 84 >/dev/null`;
    await box.box.run(save);
    await box.untilNoted('8084');
    // The rules of a single container come and go with it, so docker is asked first.
    const saw = expectUntouched(await box.removedBy('iptables-restore </root/saved'));
    await box.box.run('docker rm -f newer >/dev/null');
    await box.noteAsWhole();
    return saw;
  });

  step("a network on the administrator's own bridge is removed, and the bridge stays", async () => {
    const box = watched();
    const { box: inside } = box;
    await inside.run(`ip link add mybr type bridge
docker network create -o com.docker.network.bridge.name=mybr own >/dev/null
docker run -d --name own --network own -p 9400:80 ${SERVING} 80 >/dev/null`);
    await box.untilNoted('9400');
    const journal = await box.journal();
    await inside.run('docker rm -f own >/dev/null; docker network rm own >/dev/null; ip link show mybr');
    await box.noteAsWhole();
    const saw = await expectNothingDone(box, 'true');
    expect(await box.journal()).toBe(journal);
    expect(await inside.run('iptables-save | grep mybr || true')).toBe('');
    await inside.run('ip link del mybr');
    return saw;
  });

  step(
    '24 containers are started, 20 of them removed, and all rules flushed three times',
    async () => {
      const box = watched();
      await box.box.run(CHURN);
      // Docker fails to start some meanwhile, as it does without a watch, which then restarts docker.
      await sleep(8000);
      const end = Date.now() + 60_000;
      while (Date.now() < end && (await box.box.run(AGREE)) !== '') await sleep(1000);
      expect(await box.box.run(AGREE)).toBe('');
      const failed = await box.box.run('grep -c "^docker: Error" /tmp/churn || true');
      await box.box.run("docker rm -f $(docker ps -aq -f 'name=^c[0-9]') >/dev/null; sleep 1");
      await box.noteAsWhole();
      return `docker failed to start ${failed} of them; every published port is forwarded, and no other`;
    },
    150_000,
  );
}

const CHURN = `
( for i in $(seq 24); do
    docker run -d --restart always --name c$i -p $((9100 + i)):80 -v /usr:/usr:ro probe:1 /usr/bin/sleep 1000
    [ $i -le 4 ] || docker rm -f c$((i - 4))
  done ) >/dev/null 2>/tmp/churn &
for i in 1 2 3; do sleep 1.3; nft flush ruleset; done
wait`;

/** Prints the ports that are published and not forwarded, or forwarded and not published. */
const AGREE = `
systemctl -q is-active docker docker-rules || { echo down; exit; }
docker ps -q | xargs docker inspect -f \\
  '{{range $p, $l := .NetworkSettings.Ports}}{{range $l}}{{println .HostPort}}{{end}}{{end}}' |
  grep . | sort -u >/tmp/published
iptables-save -t nat | sed -nE 's/.*--dport ([0-9]+) -j DNAT.*/\\1/p' | sort >/tmp/forwarded
diff /tmp/published /tmp/forwarded || true`;
