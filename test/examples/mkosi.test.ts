import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { mirror } from '../conformance/trees.js';
import { run } from '../helpers/run.js';
import { removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { makeOnce } from '../lab/cache.js';
import { cgroupsMount, whyNoLab } from '../lab/requirements.js';
import { checkout, example, type Outcome, runIn } from './checkout.js';
import { dropInOf, newImageDropIn } from './drop-in.js';

afterAll(removeTrees);

const MAKING = 900_000;
const TIME = 300_000;

// mkosi installs with systemd-nspawn, which wants a cgroup of its own in the unified tree if no systemd runs, and
// to find no other systemd's /run. Its name is that of no process: a later one clears away what a killed one left.
const MKOSI = `
mkosi() (
  cgroups=$1 && shift
  find "$cgroups" -maxdepth 1 -name 'unit-patch-mkosi.*' -exec find {} -depth -type d -exec rmdir {} + \\; 2>/dev/null || :
  cgroup=$(mktemp -d "$cgroups/unit-patch-mkosi.XXXXXX")
  mount -t tmpfs -o mode=755 mkosi /run
  status=0
  sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$cgroup" \\
    env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 mkosi --nspawn-keep-unit --incremental "$@" || status=$?
  find "$cgroup" -depth -type d -exec rmdir {} +
  exit $status
)
`;

// The tree with the packages, which mkosi keeps between its builds.
const PACKAGES = `${MKOSI}
cd "$1"
printf '%s\\n' "$2" >mkosi.conf
mkosi "$3" --mirror "$4"
rm -rf image image.manifest
`;

// This version takes what it has kept only if there is one of the other kind, for build scripts, too.
const BUILD = `${MKOSI}
mkdir image.cache-pre-dev image.cache-pre-inst
mount --bind "$1/image.cache-pre-inst" image.cache-pre-inst
mkosi "$2" --mirror "$3"
`;

const whyNot = (): string | undefined =>
  whyNoLab() ?? (spawnSync('mkosi', ['--version']).error ? 'mkosi is missing' : undefined);

describeWhere(whyNot(), 'examples/image/mkosi', () => {
  let kept: string;
  let image: string;
  let built: Outcome;
  beforeAll(() => {
    const conf = fs.readFileSync(path.join(example('image'), 'mkosi/mkosi.conf'), 'utf8');
    kept = makeOnce('example-mkosi', PACKAGES, [conf, cgroupsMount() ?? '', mirror()]);
  }, MAKING);
  beforeAll(async () => {
    const directory = path.join(checkout({ 'image/mkosi': 'image/mkosi' }), 'image/mkosi');
    const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const args = ['sh', '-euc', BUILD, 'build', kept, cgroupsMount() ?? '', mirror()];
    built = await runIn(directory, ['unshare', ...apart, ...args]);
    image = path.join(directory, 'image');
  }, TIME);

  test('mkosi builds an image in which docker follows its firewall', async () => {
    expect(built).toMatchObject({ status: 0 });
    // What its scripts print is talk to mkosi.
    expect(built.stderr).toContain('+Requires=netfilter-persistent.service\n');
    expect(dropInOf(image)).toBe(await newImageDropIn());
    expect(await run(['check', 'docker', '--root', image])).toMatchObject({
      status: 0,
      out: 'docker.service: in force, it follows netfilter-persistent.service\n',
    });
  });

  test('nothing of Node or unit-patch is in it', () => {
    for (const name of ['usr/bin/node', 'usr/local/bin/node', 'root/.npm', 'usr/local/lib/node_modules'])
      expect(fs.existsSync(path.join(image, name))).toBe(false);
  });
});
