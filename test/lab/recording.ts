import { expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { DockerBox } from './docker-box.js';
import { rhel } from './firewalls.js';

/** The file to write: see lab.js. */
const RECORDING = process.env.UNIT_PATCH_RECORDING ?? '/dev/null';

/** The size of the terminal, in characters. */
const SIZE = { width: 80, height: 34 };

/** How long a screen stays before the next command is typed, in seconds: long enough to read it. */
const READING = 6;

/** What is typed: the outage, and then nothing but what the screens say. */
const TYPED: readonly (readonly [command: string, answer?: string])[] = [
  ['systemctl restart iptables'],
  ['clear; unit-patch doctor docker'],
  ['clear; systemctl restart docker'],
  ['clear; unit-patch docker', 'y'],
  ['clear; unit-patch prove docker', 'y'],
];

/** Types as a person does; an answer comes once its question has been read. */
const SESSION = `
stty cols ${SIZE.width} rows ${SIZE.height}
say() {
  printf '\\033[32m#\\033[0m '
  text=$1
  while [ -n "$text" ]; do printf %s "\${text%"\${text#?}"}"; text=\${text#?}; sleep 0.05; done
  sleep 0.5
  echo
}
play() {
  say "\${1#clear; }"
  [ -z "$2" ] || { sleep ${READING}; echo "$2" >/root/answers; } &
  eval "\${1#clear; }"
  wait
  case $1 in *unit-patch*) sleep ${READING} ;; *) sleep 1 ;; esac
  echo
}
`;

/** Turns what script(1) wrote into what players of terminal recordings read: asciicast, version 2. */
function asCast(output: Buffer, timing: string): string {
  let at = 0;
  let time = 0;
  const decoder = new TextDecoder();
  const events = timing
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .map(([delay = 0, bytes = 0]) => {
      time += delay;
      const text = decoder.decode(output.subarray(at, (at += bytes)), { stream: true });
      return [Number(time.toFixed(3)), 'o', text];
    });
  return [{ version: 2, ...SIZE }, ...events].map((line) => `${JSON.stringify(line)}\n`).join('');
}

test('an outage is found, healed, and proved to be over', async () => {
  const box = await DockerBox.open('trixie', rhel);
  try {
    await box.boot();
    await box.startContainer();
    const typed = TYPED.map(([command, answer = '']) => {
      const screen = command.startsWith('clear; ') ? "printf '\\033[2J\\033[H'\n" : '';
      return `${screen}play '${command}' '${answer}'\n`;
    });
    await box.box.write('/root/session', `${SESSION}\n${typed.join('')}`);
    await box.run('mkfifo /root/answers');
    const { status } = await box.box.attempt(
      "script -qec 'bash /root/session' -O /root/output -T /root/timing <>/root/answers >/dev/null",
      '',
      120,
    );
    expect(status).toBe(0);
    const output = Buffer.from(await box.run('base64 /root/output'), 'base64');
    const begun = output.indexOf('\n') + 1;
    const timing = await box.run('cat /root/timing');
    writeFileSync(RECORDING, asCast(output.subarray(begun), timing));
  } finally {
    await box.close();
  }
}, 300_000);
