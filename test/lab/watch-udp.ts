import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './report.js';
import type { WatchBox } from './watch-box.js';
import { PROBING, SERVING } from './watch-steps.js';
import { WORLD, WORLD_PORT } from './world.js';

const MAIN = '$(systemctl show docker-rules -p MainPID --value)';

/** The flows of a container to the world, by when they began: before the flush, before the heal, and after both. */
const FLOWS = ['before', 'between', 'after'] as const;
type Flow = (typeof FLOWS)[number];

/**
 * UDP has no connection, so whether a flow is masqueraded is decided at its first datagram, and conntrack keeps to it as
 * long as others follow. The watch cannot change that: it only shortens the time in which such flows may begin.
 */
export function stepsOfUdp(watched: () => WatchBox): void {
  step('UDP: nat is flushed; a flow that began in the gap is not answered, all others are', async () => {
    expect(await answered(watched(), 'iptables -t nat -F')).toEqual(['before', 'after']);
    return undefined;
  });

  step('UDP: all is flushed; flows from before and after are answered', async () => {
    const flows = await answered(watched(), 'iptables -F; iptables -t nat -F');
    expect(flows).toEqual(expect.arrayContaining(['before', 'after']));
    // Without rules conntrack is off, so the first datagram after the heal decides; but iptables-restore writes table by
    // table, and filter turns conntrack on a few milliseconds before nat masquerades.
    return `one that began in the gap is ${flows.includes('between') ? 'too' : 'not'}`;
  });
}

/** Which flows the world answers once the watch has put back what a flush removed. */
async function answered(box: WatchBox, flush: string): Promise<Flow[]> {
  const { box: inside } = box;
  await box.settle();
  await inside.run(`docker run -d --name udp ${SERVING} 95 >/dev/null`);
  try {
    await begin(box, 'before');
    await inside.run(`kill -STOP ${MAIN}; ${flush}`);
    // The watch sleeps until the flow has begun, or a busy machine might begin it too late.
    await begin(box, 'between');
    await inside.run(`kill -CONT ${MAIN}`);
    await box.settle();
    await begin(box, 'after');
    await sleep(1000);
    const areAnswered = await Promise.all(FLOWS.map((flow) => isAnswered(box, flow)));
    return FLOWS.filter((_, at) => areAnswered[at]);
  } finally {
    await inside.run(`kill -CONT ${MAIN}; docker rm -f udp >/dev/null`);
  }
}

/** Starts a flow that never ends, and waits until it asks. */
async function begin({ box }: WatchBox, flow: Flow): Promise<void> {
  await box.run(
    `docker exec -d udp sh -c 'exec ${PROBING} flow ${WORLD} ${WORLD_PORT} >/${flow}'
for try in $(seq 100); do docker exec udp grep -q asked /${flow} && exit; sleep 0.1; done; exit 1`,
  );
}

/** Whether a flow gets answers now. */
async function isAnswered({ box }: WatchBox, flow: Flow): Promise<boolean> {
  const answers = (): Promise<string> => box.run(`docker exec udp grep -c answered /${flow} || true`);
  const before = await answers();
  await sleep(2000);
  return (await answers()) !== before;
}
