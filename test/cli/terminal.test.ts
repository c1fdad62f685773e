import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { container, network, saved } from '../doctor/fake-machine.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

/** A title, a cleared screen, a colour by C1, and text that runs from right to left. */
const EVIL = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202e';
// eslint-disable-next-line no-control-regex
const OBEYED = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

/** A drop-in of ours that holds an escape sequence; revert shows it. */
function withOwnFile(): string {
  const body = `[Unit]\nRequires=iptables.service\nAfter=iptables.service\n# ${EVIL}\n`;
  const sum = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const head = `# Written by unit-patch; to undo: unit-patch revert docker\n# checksum: ${sum}\n`;
  return makeRoot(withFirewall('iptables.service', { [OURS]: head + body }));
}

describe('foreign text that a terminal would obey is shown', () => {
  test.each(['text', 'json'])('names of containers and networks, and the journal: %s', async (format) => {
    const files = await saved({
      rules: '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n',
      containers: container({ name: `/${EVIL}web` }),
      networks: network({ name: `${EVIL}net` }),
      protection: { text: EVIL, follow: `${EVIL}.service` },
    });
    const { out, err } = await run(['doctor', 'docker', '--from', makeRoot(files), '--format', format]);
    expect(out).toContain('owned');
    expect(out + err).not.toMatch(OBEYED);
  });

  test('the JSON of a plan and of a check', async () => {
    const root = makeRoot(withFirewall('iptables.service', { [`${OURS}.d/x.conf`]: '' }));
    const tree = makeRoot(
      withFirewall('iptables.service', {
        '/etc/systemd/system/docker.service.d/a.conf': `[Unit]\nBogus${EVIL}=1\n`,
      }),
    );
    for (const argv of [
      ['check', 'docker'],
      ['docker', '-n'],
      ['show', 'docker.service'],
    ])
      for (const one of [root, tree])
        expect((await run([...argv, '--json', '--root', one])).out).not.toMatch(OBEYED);
  });

  test('usage errors', async () => {
    for (const argv of [[EVIL], ['docker', `--${EVIL}`], ['docker', '--root', `/${EVIL}`]])
      expect((await run(argv)).err).not.toMatch(OBEYED);
  });

  test('a patch without colours on a terminal; to a pipe it is what it is', async () => {
    const argv = ['revert', 'docker', '-n', '--color', 'never', '--root', withOwnFile()];
    expect((await run(argv)).out).toContain(EVIL);
    const { out } = await run([...argv, '--verbose'], { outIsTerminal: true, errIsTerminal: true });
    expect(out).toContain('\\x1b]0;owned\\x07');
    expect(out).not.toMatch(OBEYED);
  });
});

const whyNoScript = spawnSync('script', ['--version']).status === 0 ? undefined : 'there is no script(1)';
describeWhere(whyNoScript, 'on a real terminal', () => {
  /** Runs the built command on a terminal of its own. */
  const onTerminal = (argv: string, more: NodeJS.ProcessEnv): string =>
    spawnSync('script', ['-qec', `"${process.execPath}" dist/bin/unit-patch.cjs ${argv}`, '/dev/null'], {
      env: { ...process.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    }).stdout;

  test('without colours nothing is obeyed', () => {
    const seen = onTerminal(`revert docker -n --verbose --root ${withOwnFile()}`, { NO_COLOR: '1' });
    expect(seen).toContain('\\x1b]0;owned\\x07');
    expect(seen.replaceAll('\r\n', '\n')).not.toMatch(OBEYED);
  });

  test('our own colours are there, and nothing else is', () => {
    const env = { NO_COLOR: undefined, TERM: 'xterm' };
    const seen = onTerminal(`revert docker -n --verbose --root ${withOwnFile()}`, env);
    expect(seen).toContain('\x1b[31m-[Unit]\x1b[39m');
    // eslint-disable-next-line no-control-regex
    expect(seen.replaceAll('\r\n', '\n').replace(/\x1b\[\d+m/g, '')).not.toMatch(OBEYED);
  });
});
