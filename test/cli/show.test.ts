import { afterAll, describe, expect, test } from '@jest/globals';
import type { ShowReport } from '../../src/report/show.js';
import { docker, withFirewall } from '../helpers/docker.js';
import { commandName, COMMANDS, mayBeNamed } from '../../src/cli/commands/index.js';
import { run } from '../helpers/run.js';
import { fingerprint, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';

const root = makeRoot(
  withFirewall('iptables.service', {
    [`${LIB}/docker.service`]: docker('After=a.service'),
    [`${LIB}/moby.service`]: link('docker.service'),
    [`${ETC}/docker.service.d/10.conf`]: '[Service]\nExecStart=\nExecStart=/bin/other\nRequires=x.service\n',
    [`${ETC}/docker.service.requires/iptables.service`]: link(`${LIB}/iptables.service`),
    [`${ETC}/gone.service`]: link('/dev/null'),
  }),
);

describe('unit-patch show', () => {
  test('writes nothing', async () => {
    const before = fingerprint(root);
    await run(['show', 'docker.service', '--root', root]);
    expect(fingerprint(root)).toBe(before);
  });

  test('prints the settings in force, each with file and line', async () => {
    const { status, out } = await run(['show', 'docker.service', '--root', root]);
    expect(status).toBe(0);
    expect(out).toContain(`${LIB}/docker.service:3: After=a.service`);
    expect(out).toContain(`${ETC}/docker.service.d/10.conf:3: ExecStart=/bin/other`);
    expect(out).not.toContain('ExecStart=/usr/bin/dockerd');
    expect(out).toContain(`${ETC}/docker.service.requires/iptables.service: Requires=iptables.service`);
    expect(out).toContain(`${ETC}/docker.service.d/10.conf:4: Requires= belongs to [Unit]`);
  });

  test('--json follows the contract, asked by an alias too', async () => {
    const { out } = await run(['show', 'moby.service', '--root', root, '--json']);
    const report = JSON.parse(out) as ShowReport;
    expect(report).toMatchObject({
      schema: 'unit-patch/show@1',
      unit: 'moby.service',
      id: 'docker.service',
      names: ['docker.service', 'moby.service'],
      loadState: 'loaded',
      fragment: `${LIB}/docker.service`,
      dropIns: [`${ETC}/docker.service.d/10.conf`],
      dependencies: {
        After: [{ unit: 'a.service', from: [{ file: `${LIB}/docker.service`, line: 3 }] }],
        Requires: [
          {
            unit: 'iptables.service',
            from: [{ file: `${ETC}/docker.service.requires/iptables.service`, line: null }],
          },
        ],
      },
    });
    expect(report.directives.at(-1)).toEqual({
      section: 'Service',
      key: 'ExecStart',
      value: '/bin/other',
      file: `${ETC}/docker.service.d/10.conf`,
      line: 3,
    });
    expect(report.problems).toMatchObject([{ code: 'wrong-section', line: 4 }]);
  });

  test.each([
    ['nothing.service', 'not-found', null],
    ['gone.service', 'masked', `${ETC}/gone.service`],
  ])('%s is %s, and that is no error', async (unit, loadState, fragment) => {
    const { status, out } = await run(['show', unit, '--root', root, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ unit, loadState, fragment, dropIns: [] });
  });

  test.each([[['-.mount']], [['--', '-.mount']]])('a name may begin with a dash: %j', async (names) => {
    const { out } = await run(['show', '--root', root, '--json', ...names]);
    expect(JSON.parse(out)).toMatchObject({ id: '-.mount', loadState: 'loaded', fragment: null });
  });

  test('several roots make an array', async () => {
    const { out } = await run(['show', 'docker.service', '--root', root, '--root', makeRoot(), '--json']);
    expect((JSON.parse(out) as ShowReport[]).map(({ loadState }) => loadState)).toEqual([
      'loaded',
      'not-found',
    ]);
  });

  test('$SYSTEMD_UNIT_PATH replaces the load path, inside the root', async () => {
    const other = makeRoot({ '/units/a.service': docker() });
    const { out } = await run(['show', 'a.service', '--root', other, '--json'], {
      env: { SYSTEMD_UNIT_PATH: '/units' },
    });
    expect(JSON.parse(out)).toMatchObject({ loadState: 'loaded', fragment: '/units/a.service' });
  });
});

describe('--help', () => {
  test.each([['--help'], ...COMMANDS.slice(1).map((one) => [commandName(one), '--help'])])(
    '%s carries an example',
    async (...argv) => {
      const { status, out, err } = await run(argv);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain('Examples:');
      expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    },
  );

  test('of one command loads that one', () => {
    const names = (words: readonly string[]): string[] => mayBeNamed(words).map(commandName);
    expect(names(['check', '--help'])).toEqual(['check']);
    expect(names(['--help'])).toEqual(['$0']);
    expect(names(['docker', '-n'])).toEqual(['$0']);
    expect(names(['--json', 'show', 'a.service'])).toEqual(['$0', 'show']);
  });

  test('names every option and the exit statuses', async () => {
    const { out } = await run(['--help']);
    for (const option of [
      '--root',
      '--follow',
      '--relation',
      '--dry-run',
      '--yes',
      '--format',
      '--json',
      '--color',
    ])
      expect(out).toContain(option);
    expect(out).toContain('Exit status');
  });

  test('--version is the version of the package', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
