import { beforeAll, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { readCatOutput } from '../../src/units/cat-output.js';
import { everyDirectory } from '../../src/units/load-path.js';
import { run } from '../helpers/run.js';
import { Box } from './box.js';
import { describeLab } from './generations.js';
import { makeTree } from './tree.js';

const ETC = '/etc/systemd/system';

/** A firewall with whatever makes the output of systemctl cat hard to read. */
const FILES: Readonly<Record<string, string>> = {
  [`${ETC}/iptables.service`]:
    '# /usr/lib/systemd/system/iptables.service\n[Unit]\nDescription=fw\n\n# /etc/sysconfig/iptables\n\n[Service]\n' +
    'Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n\n\n',
  [`${ETC}/iptables.service.d/1.conf`]: '[Unit]\n# no end to this line',
  [`${ETC}/iptables.service.d/2.conf`]: '[Unit]\r\nDocumentation=man:crlf\r\n',
  [`${ETC}/iptables.service.d/3.conf`]: '',
  [`${ETC}/fw.service.d/4.conf`]: '[Unit]\nBefore=docker.service\n',
  [`${ETC}/service.d/5.conf`]: '[Unit]\n\n# the end\n\n',
  [`${ETC}/broken.service`]: '[Unit',
};
const LINKS = [
  `ln -s iptables.service ${ETC}/fw.service`,
  `ln -s /dev/null ${ETC}/masked.service`,
  `ln -s /dev/null ${ETC}/iptables.service.d/9.conf`,
];
const UNITS = 'masked.service docker.service iptables.service gone.service fw.service broken.service';

/** As systemctl prints a file: every line with its end, without carriage returns. */
const asPrinted = (text: string): string => text.replace(/\r/g, '').replace(/(?<=[^\n])$/, '\n');

describeLab('what systemctl cat prints', (suite) => {
  let tree: string;
  beforeAll(() => {
    tree = makeTree(suite);
  });

  test('is read as the files that it was printed from, on either stream, in colour, and from a terminal', async () => {
    const box = await Box.open([tree]);
    try {
      await box.boot();
      for (const [path, text] of Object.entries(FILES)) await box.write(path, text);
      await box.run([...LINKS, 'systemctl daemon-reload', 'systemctl start iptables.service'].join(' && '));
      const read = async (command: string): ReturnType<typeof readOutput> => readOutput(box, command);
      const plain = await read(`systemctl cat ${UNITS}`);
      for (const path of Object.keys(FILES).filter((path) => !path.endsWith('broken.service')))
        expect([path, plain.texts[path]]).toEqual([path, asPrinted(FILES[path] ?? '')]);
      expect(plain.texts[`${ETC}/iptables.service.d/9.conf`]).toBe('');
      const [docker = ''] = Object.keys(plain.texts).filter((path) => path.endsWith('/docker.service'));
      expect(plain.texts[docker]?.trimEnd()).toBe(await box.run(`cat ${docker}`));
      expect(plain.output).toMatchObject({
        masked: ['masked.service'],
        broken: ['broken.service'],
        missing: [],
      });
      expect(plain.output.units).toMatchObject([{ name: 'docker.service' }, { name: 'iptables.service' }]);

      const both = await read(`systemctl cat ${UNITS} 2>&1`);
      expect(both.texts).toEqual(plain.texts);
      expect(both.output.missing).toEqual(['gone.service']);
      expect((await read(`SYSTEMD_COLORS=1 systemctl cat ${UNITS} 2>&1`)).texts).toEqual(plain.texts);
      const terminal = await read(`script -qc 'systemctl --no-pager cat ${UNITS}' /dev/null`);
      expect(terminal.texts).toEqual(plain.texts);

      // The lines of a warning are no lines of a file.
      await box.run(`echo '[Unit]' >${ETC}/iptables.service.d/3.conf`);
      const changed = await read(`systemctl cat ${UNITS} 2>&1`);
      expect(changed.output.outdated).toContain('iptables.service');
      expect(changed.texts).toEqual({ ...plain.texts, [`${ETC}/iptables.service.d/3.conf`]: '[Unit]\n' });
    } finally {
      await box.close();
    }
  }, 90_000);

  test('makes a plan that the box takes, and that is in force there', async () => {
    const box = await Box.open([tree]);
    try {
      await box.boot();
      for (const [path, text] of Object.entries(FILES)) await box.write(path, text);
      await box.run([LINKS[0] ?? '', 'systemctl daemon-reload'].join(' && '));
      const { stdout: printed } = await box.attempt('systemctl cat docker.service iptables.service');
      const { status, out, err } = await run(['docker', '--from-cat', '-', '-n'], {
        input: Readable.from([Buffer.from(printed)]),
      });
      expect({ status, err }).toMatchObject({ status: 0 });
      // fw.service.d, an alias's, says the order from the other side already.
      expect(out).toContain('+Requires=iptables.service');
      expect(out).not.toContain('+After=iptables.service');
      const [path = ''] = /(?<=^\+\+\+ b).*$/m.exec(out) ?? [];
      await box.write(
        path,
        out
          .split('\n')
          .flatMap((line) => (/^\+(?!\+\+)/.test(line) ? [`${line.slice(1)}\n`] : []))
          .join(''),
      );
      await box.run('systemctl daemon-reload');
      expect(await box.run('systemctl show docker.service -p Requires')).toContain('iptables.service');
      expect(await box.run('systemctl show docker.service -p After')).toContain('iptables.service');
    } finally {
      await box.close();
    }
  }, 90_000);
});

async function readOutput(
  box: Box,
  command: string,
): Promise<{ output: ReturnType<typeof readCatOutput>; texts: Record<string, string> }> {
  const { stdout } = await box.attempt(command);
  const output = readCatOutput(Buffer.from(stdout), command, everyDirectory());
  return {
    output,
    texts: Object.fromEntries(output.files.map(({ path, bytes }) => [path, bytes.toString()])),
  };
}
