import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { describeWhere } from '../helpers/where.js';

const COMMAND = 'dist/bin/unit-patch.cjs';
const SHOW = ['docker', '--root', 'examples/centos-7', '-n'];

function shell(script: string) {
  const env = { ...process.env, NODE: process.execPath, COMMAND };
  return spawnSync('bash', ['-c', script, 'bash', ...SHOW], { encoding: 'utf8', env });
}

const whyNoPython = (): string | undefined =>
  spawnSync('python3', ['-c', '']).error ? 'python3 is not installed' : undefined;

const whole = (): string => spawnSync(process.execPath, [COMMAND, ...SHOW], { encoding: 'utf8' }).stdout;

describeWhere(whyNoPython(), 'standard output that does not wait', () => {
  test('is written whole, however slow its reader', () => {
    // The pipe is full of zeros, and set not to wait, before the command writes to it.
    const script = `python3 -c '
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
full = 0
try:
    while True: full += os.write(w, b"0" * 4096)
except BlockingIOError: pass
child = subprocess.Popen([os.environ["NODE"], os.environ["COMMAND"]] + sys.argv[1:], stdout=w, stderr=subprocess.DEVNULL)
os.close(w)
time.sleep(1)
data = b""
while chunk := os.read(r, 65536): data += chunk
sys.stdout.write(data[full:].decode())
sys.exit(child.wait())
' "$@"`;
    const { status, stdout, stderr } = shell(script);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(whole());
  });
});

describe('standard output', () => {
  test('that is full ends with 2, and says so', () => {
    const { status, stderr } = shell('"$NODE" "$COMMAND" "$@" >/dev/full');
    expect(status).toBe(2);
    expect(stderr).toContain('unit-patch: standard output: no space left on the device (ENOSPC)');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('whose reader goes away early is no failure', () => {
    const script = '"$NODE" "$COMMAND" "$@" 2>/dev/null | (exec <&-; sleep 2); echo "${PIPESTATUS[0]}"';
    const { stdout, stderr } = shell(script);
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });
});
