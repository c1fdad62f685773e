import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { implicitDependencies } from '../../src/transactions/implicit.js';
import { UnitLoader } from '../../src/units/loader.js';
import { findReading, parseDump } from '../conformance/dump.js';
import { file, type Root } from '../conformance/root.js';
import { PROBE, SystemdSandbox, whyNoSystemd, writeProbe } from '../conformance/systemd-sandbox.js';
import { describeWhere } from '../helpers/where.js';

const LIB = 'usr/lib/systemd/system';
// What else systemd adds: the shutdown, slices, the journal, mounts. None of it leads from a firewall back to docker.
const ELSEWHERE =
  /^(?:shutdown\.target|systemd-journald\.socket|-\.mount|umount\.target|systemd-udevd\.service|systemd-remount-fs\.service|.*\.device)$/;

const mounts: Root = [
  '/srv',
  '/srv/a-b',
  '/srv/a-b/.c',
  '/srv/ä',
  '/srv/x',
  '/var/lib/x',
  '/etc/x',
  '/tmp',
].map((where) => {
  const name = where.slice(1).replace('a-b', 'a\\x2db').replace('ä', '\\xc3\\xa4').replaceAll('/', '-');
  return file(
    `${LIB}/${name}.mount`,
    `[Unit]\nDefaultDependencies=no\n[Mount]\nWhat=/dev/null\nWhere=${where}\n`,
  );
});

describeWhere(whyNoSystemd(), 'what systemd adds by itself to a unit of each type', () => {
  let sandbox: SystemdSandbox;
  beforeAll(async () => {
    sandbox = await SystemdSandbox.open();
  });
  afterAll(() => sandbox.close());

  test.each([
    ['x.service', '[Service]\nExecStart=/bin/true\n'],
    ['x.service', '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n'],
    ['x.service', '[Service]\nType=dbus\nBusName=org.example\nExecStart=/bin/true\n'],
    ['x.service', '[Service]\nSockets=y.socket\nExecStart=/bin/true\n'],
    ['x.socket', '[Socket]\nListenStream=1\n'],
    ['x.socket', '[Unit]\nDefaultDependencies=off\n[Socket]\nListenStream=1\nService=y.service\n'],
    ['x.socket', '[Socket]\nListenStream=1\nAccept=yes\n'],
    ['x.timer', '[Timer]\nOnBootSec=1\n'],
    ['x.timer', '[Timer]\nOnCalendar=daily\nUnit=y.service\n'],
    ['x.timer', '[Unit]\nDefaultDependencies=0\n[Timer]\nOnCalendar=daily\n'],
    ['x.path', '[Path]\nPathExists=/x\n'],
    ['x.service', '[Service]\nExecStart=/bin/true\nSlice=a-b.slice\n'],
    ['x@i.service', '[Service]\nExecStart=/bin/true\n'],
    ['a-b.slice', '[Unit]\n'],
    ['x.service', '[Unit]\nRequiresMountsFor=/srv/a-b/.c\n[Service]\nExecStart=/bin/true\n'],
    ['x.service', '[Service]\nExecStart=/bin/true\nWorkingDirectory=/srv/ä\n'],
    ['x.service', '[Unit]\nRequiresMountsFor=/srv/x\nRequiresMountsFor=\n[Service]\nExecStart=/bin/true\n'],
    [
      'x.service',
      '[Unit]\nRequiresMountsFor=rel "/srv/ä" /srv/../srv/x /srv//a-b/\n[Service]\nExecStart=/bin/true\n',
    ],
    ['x.service', '[Unit]\nRequiresMountsFor=/srv/%p/%%\n[Service]\nExecStart=/bin/true\n'],
    ['x.service', '[Service]\nExecStart=/bin/true\nWorkingDirectory=-/srv/x\n'],
    [
      'x.service',
      '[Service]\nExecStart=/bin/true\nWorkingDirectory=~\nBindPaths=/srv/x\nReadWritePaths=/srv/x\n',
    ],
    ['x.service', '[Service]\nExecStart=/srv/x/true\nRootDirectory=/srv/ä\nPIDFile=/srv/x/p\n'],
    ['x.service', '[Service]\nExecStart=/bin/true\nRootImage=/srv/a-b/i.raw\n'],
    ['x.service', '[Service]\nExecStart=/bin/true\nStateDirectory=x/y:z\nConfigurationDirectory=x\n'],
    ['x.socket', '[Socket]\nListenStream=/srv/x/s\n'],
    ['x.path', '[Path]\nPathExistsGlob=/srv/x/*\n'],
    ['srv-x-y.mount', '[Mount]\nWhat=/srv/a-b/i.raw\nWhere=/srv/x/y\nOptions=loop\n'],
    [
      'srv-x-y.mount',
      '[Unit]\nDefaultDependencies=no\n[Mount]\nWhat=192.0.2.1:/srv/a-b\nWhere=/srv/x/y\nType=nfs\n',
    ],
    ['x.target', '[Unit]\n'],
  ])('%s %j', async (name, text) => {
    const others = ['x.service', 'y.service', 'y.socket', 'dbus.socket', 'x@.service'].filter(
      (other) => other !== name,
    );
    const root: Root = [
      file(`${LIB}/${name}`, text),
      ...others.map((other) =>
        file(
          `${LIB}/${other}`,
          other.endsWith('socket')
            ? '[Unit]\nDefaultDependencies=no\n[Socket]\nListenStream=2\n'
            : '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n',
        ),
      ),
    ];
    sandbox.fill([...root, ...mounts]);
    writeProbe(sandbox.image, [name]);
    const { dump } = await sandbox.run(PROBE);
    const reading = findReading(parseDump(dump, /^origin-(?:file|mount-file|implicit|default|path)$/), name);
    const theirs = ['Requires', 'Wants', 'After', 'Before'].flatMap((type) =>
      (reading?.dependencies[type] ?? []).map((unit) => `${type}=${unit}`),
    );
    const loader = new UnitLoader(openRoot(sandbox.image));
    const unit = loader.load(name);
    // Of a mount unit only what is there counts.
    const isThere = (one: string): boolean =>
      !one.endsWith('.mount') || loader.load(one).loadState === 'loaded';
    const ours = implicitDependencies(unit)
      .filter((one) => isThere(one.unit))
      .map((one) => `${one.type}=${one.unit}`);
    expect([...new Set(ours)].sort()).toEqual(
      theirs
        .filter((one) => !ELSEWHERE.test(one.slice(one.indexOf('=') + 1)) && !one.endsWith('=judge.target'))
        .sort(),
    );
  });
});
