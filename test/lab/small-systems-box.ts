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

/** Lets the same happen to many systems at once, and reports what became of each unit after each step, by their numbers. */
export async function seeAll(
  box: Box,
  systems: ReadonlyMap<number, SmallSystem>,
): Promise<ReadonlyMap<number, readonly Seen[]>> {
  await box.run('sh -s', setUp(systems));
  const columns = new Map([...systems.keys()].map((system): [number, Seen[]] => [system, []]));
  const invocations = new Map<string, string>();
  const steps = Math.max(...[...systems.values()].map(({ steps: { length } }) => length));
  for (let at = 0; at < steps; at++) {
    const { stdout, stderr } = await box.attempt('sh -s', `${actsOf(systems, at).join('\n')}\n${SHOW}`, 120);
    const found = parseShown(stdout);
    if (found.size < 2) throw new Error(`nothing is seen: ${stderr}${stdout}`);
    for (const [system, { units }] of systems) {
      const states = units.map((_, index) => {
        const name = nameOf(system, units, index);
        const { state = 'inactive', invocation = '' } = found.get(name) ?? {};
        const isNew = invocations.get(name) !== invocation;
        invocations.set(name, invocation);
        return [name, seen(state, isNew)] as const;
      });
      columns.get(system)?.push(Object.fromEntries(states));
    }
  }
  await box.attempt('sh -s', END, 120);
  return columns;
}

function setUp(systems: ReadonlyMap<number, SmallSystem>): string {
  const files = [...systems].flatMap(([system, one]) => [...filesOf(system, one)]);
  // What is down and named by nothing is forgotten, and how often it was started with it.
  const keeper = `[Unit]\nAfter=${files.map(([name]) => name).join(' ')}\n`;
  const writes = [...files, ['small.target', keeper]].map(
    ([name, text]) => `cat >${String(name)} <<'EOF'\n${String(text)}EOF\n`,
  );
  return [
    'mkdir -p /run/small && cd /run/systemd/system',
    ...writes,
    'systemctl daemon-reload',
    'systemctl start small.target',
  ].join('\n');
}

function parseShown(text: string): Map<string, { readonly state: string; readonly invocation: string }> {
  const value = (line: string, key: string): string =>
    new RegExp(`(?:^| )${key}=(\\S*)`).exec(line)?.[1] ?? '';
  return new Map(
    text
      .split('\n')
      .map((line) => [
        value(line, 'Id'),
        { state: value(line, 'ActiveState'), invocation: value(line, 'InvocationID') },
      ]),
  );
}

/** One step of every system, in few calls: systemctl asks for one unit after the other. */
function actsOf(systems: ReadonlyMap<number, SmallSystem>, at: number): string[] {
  const byVerb = new Map<string, string[]>();
  for (const [system, { steps, units }] of systems) {
    const step = steps[at];
    if (!step) continue;
    const name = nameOf(system, units, step.unit);
    byVerb.set(step.verb, [...(byVerb.get(step.verb) ?? []), name]);
  }
  return [...byVerb].map(([verb, names]) => {
    if (verb === 'break') return `touch ${names.map(breakerOf).join(' ')}`;
    if (verb === 'mend') return `rm -f ${names.map(breakerOf).join(' ')}`;
    return `systemctl --no-block ${verb} ${names.join(' ')} 2>/dev/null </dev/null`;
  });
}
