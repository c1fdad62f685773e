import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { COMMAND } from './strace.js';

afterAll(removeTrees);

function whyNoMounts(): string | undefined {
  const { error, status } = spawnSync('unshare', ['--mount', 'true']);
  if (error) return 'unshare is not installed';
  return status === 0 ? undefined : 'mounting takes root';
}

interface End {
  readonly status: number | null;
  readonly err: string;
  /** what the directory of the mount held before and after, as `find` and the checksums tell it */
  readonly before: string;
  readonly after: string;
}

const STATE =
  '(cd $ROOT && find . -printf "%m %p %l\\n" | sort; find . -type f | sort | xargs -d "\\n" cksum)';

/** Runs the command on a root of its own, after `mount` was done in a namespace that ends with it. */
function applyAfter(mount: string, argv: readonly string[] = []): End {
  const root = makeRoot(withFirewall());
  const directory = makeRoot();
  const script = `set -e
${mount}
${STATE} > ${directory}/before
set +e
"$NODE" "$COMMAND" docker --root $ROOT --yes ${argv.join(' ')} 2> ${directory}/err > ${directory}/out
echo $? > ${directory}/status
${STATE} > ${directory}/after`;
  const { stderr } = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, ROOT: root, NODE: process.execPath, COMMAND, DIR: `${root}/etc/systemd/system` },
  });
  expect(stderr).toBe('');
  const text = (name: string): string => fs.readFileSync(`${directory}/${name}`, 'utf8');
  return { status: Number(text('status')), err: text('err'), before: text('before'), after: text('after') };
}

/** The directory of units on a file system of its own, with what was in it. */
const onTmpfs = (options: string): string =>
  `cp -a $DIR $DIR.copy; mount -t tmpfs -o ${options} tmpfs $DIR; cp -a $DIR.copy/. $DIR; rm -r $DIR.copy`;

/** Takes all that is left, to the last byte. */
const FILL =
  'dd if=/dev/zero of=$DIR/filler bs=4096 2>/dev/null || true; dd if=/dev/zero of=$DIR/filler2 bs=1 count=4096 2>/dev/null || true';

describeWhere(whyNoMounts(), 'a disk', () => {
  test('that is full: nothing has changed, and the message says so', () => {
    const { status, err, before, after } = applyAfter(`${onTmpfs('size=64k')}; ${FILL}`);
    expect(err).toContain('no space left on the device (ENOSPC)');
    expect(err).toContain('everything was rolled back');
    expect({ status, after }).toEqual({ status: 4, after: before });
  });

  test('without room for another name: nothing has changed', () => {
    const fill = 'i=0; while touch $DIR/$i 2>/dev/null; do i=$((i+1)); done';
    const { status, err, before, after } = applyAfter(`${onTmpfs('nr_inodes=40')}; ${fill}`);
    expect(err).toContain('no space left on the device (ENOSPC)');
    expect({ status, after }).toEqual({ status: 4, after: before });
  });

  test('with room for the directory and its note, and not for the file: both are removed again', () => {
    const fill = 'i=0; while touch $DIR/$i 2>/dev/null; do i=$((i+1)); done; rm $DIR/0 $DIR/1';
    const { status, err, before, after } = applyAfter(`${onTmpfs('nr_inodes=40')}; ${fill}`);
    expect(err).toMatch(/done +make .*docker\.service\.d/);
    expect({ status, after }).toEqual({ status: 4, after: before });
  });

  test('that is mounted read-only: nothing has changed, and the message says so', () => {
    const { status, err, before, after } = applyAfter(
      'mount --bind $DIR $DIR; mount -o remount,bind,ro $DIR',
    );
    expect(err).toContain('the file system is read-only (EROFS)');
    expect({ status, after }).toEqual({ status: 4, after: before });
  });

  test('that holds the drop-in alone and is read-only: the old drop-in is there', async () => {
    const root = makeRoot(withFirewall());
    await run(['docker', '--root', root, '--yes']);
    const mount = [
      `cp -a ${root}/etc/systemd/system/docker.service.d $DIR`,
      'mount --bind $DIR/docker.service.d $DIR/docker.service.d',
      'mount -o remount,bind,ro $DIR/docker.service.d',
    ].join('; ');
    const { status, err, before, after } = applyAfter(mount, ['--relation', 'part-of']);
    expect(before).toContain(OURS);
    expect(err).toContain('the file system is read-only (EROFS)');
    expect({ status, after }).toEqual({ status: 4, after: before });
  });

  test('with room enough: it is written, so the tests above prove something', () => {
    const { status, after } = applyAfter(onTmpfs('size=64k'));
    expect(status).toBe(0);
    expect(after).toContain(OURS);
  });
});
