import { describe, expect, test } from '@jest/globals';
import type { Application } from '../../src/apply/apply-plan.js';
import { VERIFIED } from '../../src/apply/verify.js';
import { doneScreen, type DoneScreenOptions } from '../../src/report/done-screen.js';
import { makePlan } from './plans.js';

const LIVE: DoneScreenOptions = { color: false, width: 80, isLive: true, root: '/' };
const done: Application = {
  ok: true,
  steps: [
    { step: 'write /etc/a', outcome: 'done' },
    { step: VERIFIED, outcome: 'done' },
  ],
  notRolledBack: [],
};

function screen(application: Application, options: Partial<DoneScreenOptions> = {}): string {
  return doneScreen(makePlan(), application, { ...LIVE, ...options });
}

describe('after success', () => {
  test('the state, and what to type next; the single steps are left to --verbose', () => {
    expect(screen(done)).toBe(`Done. docker.service now follows iptables.service. systemd has loaded the file;
systemd-analyze verify reports nothing new. Docker was not restarted.

Test it   sudo unit-patch prove docker     restarts the firewall, and watches
Undo      sudo unit-patch revert docker
`);
  });

  test('what was not verified is not said to be', () => {
    expect(
      screen({ ...done, steps: [{ step: 'skip systemd-analyze verify', outcome: 'done' }] }),
    ).not.toContain('reports nothing new');
  });

  test('containers that are still offline, with the command that heals', () => {
    const shown = screen(done, { rules: { needed: 13, missing: 13, stayDown: ['adhoc'] } });
    expect(shown).toMatch(/^! Containers are still offline: Docker's rules are missing \(13 of 13\):$/m);
    expect(shown).toMatch(/^ {4}sudo systemctl restart docker$/m);
    expect(shown).toContain('docker start adhoc');
  });

  test('rules that are there are said to be there', () => {
    expect(screen(done, { rules: { needed: 13, missing: 0, stayDown: [] } })).toContain(
      "All of Docker's 13 rules are in force.",
    );
  });

  test('an image takes effect later, and no command here tests it', () => {
    expect(screen(done, { isLive: false, root: 'rootfs' })).toBe(
      'Done. 1 file written in rootfs; it takes effect when it boots.\n',
    );
  });
});

describe('after a failure', () => {
  const failed: Application = {
    ok: false,
    steps: [
      { step: 'write /etc/a', outcome: 'undone' },
      { step: 'reload systemd', outcome: 'failed', reason: 'no answer' },
    ],
    notRolledBack: [],
  };

  test('the failed step stands last but one, and the last line says what was rolled back', () => {
    expect(screen(failed)).toBe(
      'failed  reload systemd: no answer\nIt failed, and everything was rolled back.\n',
    );
  });

  test('what could not be rolled back is named', () => {
    expect(screen({ ...failed, notRolledBack: ['/etc/a'] })).toMatch(
      /could not be rolled back:\n {2}\/etc\/a\n$/,
    );
  });
});
