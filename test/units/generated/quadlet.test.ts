import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../../src/files/open-root.js';
import { OverlayFiles } from '../../../src/files/overlay-files.js';
import { filesOf, generatedUnit } from '../../../src/units/generated/generated.js';
import { loadUnit } from '../../../src/units/loader.js';
import type { Unit } from '../../../src/units/unit.js';
import { link, makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';

afterAll(removeTrees);

const QUADLETS = '/etc/containers/systemd';
const container = (...lines: string[]): string => ['[Container]', 'Image=x', ...lines, ''].join('\n');

const sourceOf = (tree: Tree, name: string): string | undefined =>
  generatedUnit(openRoot(makeRoot(tree)), name)?.source.file;

function loaded(tree: Tree, name: string): Unit {
  const files = openRoot(makeRoot(tree));
  const made = generatedUnit(files, name);
  return loadUnit(new OverlayFiles(files, made ? filesOf(made) : []), name);
}

const has = ({ dependencies }: Unit): string[] => dependencies.map(({ type, unit }) => `${type}=${unit}`);

describe('podman-systemd.unit(5): the service of', () => {
  test.each([
    ['x.container', 'x.service'],
    ['x.kube', 'x.service'],
    ['x.pod', 'x-pod.service'],
    ['x.volume', 'x-volume.service'],
    ['x.network', 'x-network.service'],
    ['x.image', 'x-image.service'],
    ['x.build', 'x-build.service'],
    ['x@.container', 'x@.service'],
    ['x@.container', 'x@i.service'],
    ['below/x.container', 'x.service'],
  ])('%s is %s', (file, name) => {
    const tree = { [`${QUADLETS}/${file}`]: '[Unit]\nDescription=x\n' };
    expect(sourceOf(tree, name)).toBe(`${QUADLETS}/${file}`);
    expect(loaded(tree, name).loadState).toBe('loaded');
  });

  test('a quadlet with ServiceName= is that', () => {
    const tree = { [`${QUADLETS}/x.container`]: container('ServiceName=other') };
    expect(sourceOf(tree, 'other.service')).toBe(`${QUADLETS}/x.container`);
    expect(sourceOf(tree, 'x.service')).toBeUndefined();
  });

  test('a quadlet of the vendor’s is hidden by that of the administrator', () => {
    const tree = { '/usr/share/containers/systemd/x.pod': '', [`${QUADLETS}/x.pod`]: '' };
    expect(sourceOf(tree, 'x-pod.service')).toBe(`${QUADLETS}/x.pod`);
  });

  test.each([
    ['of a user', { [`${QUADLETS}/users/x.container`]: container() }],
    ['that is no quadlet', { [`${QUADLETS}/x.conf`]: container() }],
    [
      'where podman is not installed',
      {
        [`${QUADLETS}/x.container`]: container(),
        '/usr/lib/systemd/system-generators/systemd-fstab-generator': 'x',
      },
    ],
    [
      'where its generator is masked',
      {
        [`${QUADLETS}/x.container`]: container(),
        '/etc/systemd/system-generators/podman-system-generator': link('/dev/null'),
        '/usr/lib/systemd/system-generators/podman-system-generator': 'x',
      },
    ],
  ])('a file %s is none', (_, tree: Tree) => {
    expect(sourceOf(tree, 'x.service')).toBeUndefined();
  });
});

test('what [Unit] and [Install] say counts, and what it names of other quadlets', () => {
  const tree = {
    [`${QUADLETS}/fw.container`]:
      '[Unit]\nBefore=docker.service\n[Container]\nImage=fw.image\nNetwork=net.network:ip=10.0.0.1\nVolume=data.volume:/d\n' +
      'Pod=p.pod\n[Service]\nType=oneshot\n[Install]\nWantedBy=multi-user.target\n',
    '/usr/lib/systemd/system/multi-user.target': '[Unit]\n',
  };
  expect(has(loaded(tree, 'fw.service'))).toEqual(
    expect.arrayContaining([
      'Before=docker.service',
      'Requires=fw-image.service',
      'Requires=net-network.service',
      'Requires=data-volume.service',
      'BindsTo=p-pod.service',
      'After=p-pod.service',
    ]),
  );
  const files = openRoot(makeRoot(tree));
  const made = generatedUnit(files, 'fw.service');
  const target = loadUnit(new OverlayFiles(files, made ? filesOf(made) : []), 'multi-user.target');
  expect(has(target)).toEqual(['Wants=fw.service']);
});
