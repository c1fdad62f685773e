import type { Box } from './box.js';
import { seen, type Seen } from './simulated.js';
import { breakerOf, filesOf, nameOf, type SmallSystem } from './small-systems.js';

// What ends by itself runs for a second, and what is started again waits for less.
const SHOW = `
show() { systemctl show 's*' -p Id,ActiveState,InvocationID | grep -v '^$' | paste -d' ' - - - | grep -E ' ?Id=s[0-9]+-' | sort; }
last=
for poll in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.7
  now=$(show)
  case $now in *activating*|*reloading*) ;; *) [ "$now" != "$last" ] || break;; esac
  last=$now
done
echo "$now"
`;

const END = `
systemctl stop small.target
rm -rf /run/systemd/system/s[0-9]*-* /run/systemd/system/small.target /run/small
for i in 1 2 3; do systemctl kill -s KILL 's*-*.service' 2>/dev/null; systemctl stop 's[0-9]*-*' 2>/dev/null; done
systemctl daemon-reload
systemctl reset-failed
`;

/** Lets the same happen to many systems at once, and says what became of each unit after each step. */
export async function seeAll(box: Box, systems: readonly SmallSystem[]): Promise<Seen[][]> {
  const archive = systems.flatMap((one, at) =>
    [...filesOf(at, one)].map(([name, text]) => `cat >${name} <<'EOF'\n${text}EOF\n`),
  );
  // What is down and named by nothing is forgotten, and how often it was started with it.
  const all = systems.flatMap((one, at) => one.units.map((_, index) => nameOf(at, one.units, index)));
  archive.push(`printf '[Unit]\\nAfter=${all.join(' ')}\\n' >small.target\n`);
  await box.run(
    'sh -s',
    `mkdir -p /run/small && cd /run/systemd/system\n${archive.join('')}systemctl daemon-reload\nsystemctl start small.target`,
  );
  const columns: Seen[][] = systems.map(() => []);
  const invocations = new Map<string, string>();
  const steps = Math.max(...systems.map(({ steps: { length } }) => length));
  for (let at = 0; at < steps; at++) {
    const acts = actsOf(systems, at);
    const { stdout, stderr } = await box.attempt('sh -s', `${acts.join('\n')}\n${SHOW}`, 120);
    const found = new Map<string, { state: string; invocation: string }>();
    for (const line of stdout.split('\n')) {
      const value = (key: string): string => new RegExp(`(?:^| )${key}=(\\S*)`).exec(line)?.[1] ?? '';
      found.set(value('Id'), { state: value('ActiveState'), invocation: value('InvocationID') });
    }
    if (found.size < 2) throw new Error(`nothing is seen: ${stderr}${stdout}`);
    systems.forEach(({ units }, system) => {
      const states = units.map((_, index) => {
        const name = nameOf(system, units, index);
        const { state = 'inactive', invocation = '' } = found.get(name) ?? {};
        const isNew = invocations.get(name) !== invocation;
        invocations.set(name, invocation);
        return [name, seen(state, isNew)] as const;
      });
      columns[system]?.push(Object.fromEntries(states));
    });
  }
  await box.attempt('sh -s', END, 120);
  return columns;
}

/** One step of every system, as few calls: systemctl asks for one unit after the other. */
function actsOf(systems: readonly SmallSystem[], at: number): string[] {
  const byVerb = new Map<string, string[]>();
  systems.forEach(({ steps, units }, system) => {
    const step = steps[at];
    if (!step) return;
    const name = nameOf(system, units, step.unit);
    byVerb.set(step.verb, [...(byVerb.get(step.verb) ?? []), name]);
  });
  return [...byVerb].map(([verb, names]) => {
    if (verb === 'break') return `touch ${names.map(breakerOf).join(' ')}`;
    if (verb === 'mend') return `rm -f ${names.map(breakerOf).join(' ')}`;
    return `systemctl --no-block ${verb} ${names.join(' ')} 2>/dev/null </dev/null`;
  });
}
