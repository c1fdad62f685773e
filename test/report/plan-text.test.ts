import { describe, expect, test } from '@jest/globals';
import { UnitPatchError } from '../../src/errors.js';
import { rootPath } from '../../src/files/files.js';
import { applicationText, errorText, planText } from '../../src/report/plan-text.js';
import { finding, makePlan } from './plans.js';

const lines = (text: string): string[] => text.split('\n').slice(0, -1);

describe('a plan is printed', () => {
  test('with the unit, the followed unit, the reason, and the relation', () => {
    const [first] = lines(planText(makePlan(), false));
    expect(first).toMatch(
      /^docker\.service .*follow.* iptables\.service \(it is enabled\), relation requires$/,
    );
  });

  test('with each setting that is in force, and the file and line that say so', () => {
    const inForce = [
      {
        setting: 'After=iptables.service',
        by: 'After=iptables.service',
        file: rootPath('/usr/lib/systemd/system/docker.service'),
        line: 3,
      },
    ];
    expect(planText(makePlan({ inForce }), false)).toMatch(
      /^ {2}in force {2}After=iptables\.service +\/usr\/lib\/systemd\/system\/docker\.service:3$/m,
    );
  });

  test('with the link that says so, which has no lines', () => {
    const file = rootPath('/etc/systemd/system/docker.service.requires/iptables.service');
    const inForce = [
      { setting: 'Requires=iptables.service', by: 'Requires=iptables.service', file, line: null },
    ];
    expect(lines(planText(makePlan({ inForce }), false)).some((line) => line.endsWith(file))).toBe(true);
  });

  test('with what a stronger setting covers', () => {
    const inForce = [
      { setting: 'Requires=a.service', by: 'BindsTo=a.service', file: rootPath('/f'), line: 1 },
    ];
    expect(planText(makePlan({ inForce }), false)).toContain('BindsTo=a.service');
    expect(planText(makePlan({ inForce }), false)).toContain('Requires=a.service');
  });

  test('with each setting that is missing', () => {
    expect(lines(planText(makePlan(), false))).toContain('  missing   Requires=iptables.service');
  });

  test.each([
    ['refuse', 'refused'],
    ['warn', 'warning'],
    ['info', 'note'],
  ] as const)('with each finding: %s is "%s", its code, what would happen and the way out', (level, word) => {
    const told = lines(planText(makePlan({ findings: [finding(level)] }), false));
    expect(told).toContain(`${word} [some-code] what would happen (some-code)`);
    expect(told).toContain('  the way out');
  });

  test('to have nothing to write, if everything is in force', () => {
    const nothing = { missing: [], changes: [], changed: false };
    expect(planText(makePlan(nothing), false)).toContain('nothing to write');
    expect(planText(makePlan(), false)).not.toContain('nothing to write');
  });

  test('but not if it is refused', () => {
    const stuck = { missing: [], changes: [], changed: false, findings: [finding('refuse')] };
    expect(planText(makePlan(stuck), false)).not.toContain('nothing to write');
  });

  test('in the same words with colours', () => {
    const plan = makePlan({ findings: [finding('warn')] });
    // eslint-disable-next-line no-control-regex
    expect(planText(plan, true).replace(/\x1b\[\d+m/g, '')).toBe(planText(plan, false));
    expect(planText(plan, true)).not.toBe(planText(plan, false));
  });
});

describe('an application is printed', () => {
  test('step by step', () => {
    const steps = [
      { step: 'write /a', outcome: 'undone' as const },
      { step: 'reload systemd', outcome: 'failed' as const, reason: 'it is stuck' },
    ];
    const told = lines(applicationText({ ok: false, steps, notRolledBack: [] }, false));
    expect(told.slice(0, 2)).toEqual(['  undone  write /a', '  failed  reload systemd: it is stuck']);
  });

  test('with the rollback, if it failed', () => {
    const told = applicationText({ ok: false, steps: [], notRolledBack: [] }, false);
    expect(told).toContain('everything was rolled back');
  });

  test('with what it could not roll back, and then it does not say that everything was', () => {
    const told = applicationText({ ok: false, steps: [], notRolledBack: ['/etc/a'] }, false);
    expect(lines(told)).toContain('  /etc/a');
    expect(told).not.toContain('everything was rolled back');
  });

  test('without any such word, if it went well', () => {
    const steps = [{ step: 'write /a', outcome: 'done' as const }];
    expect(lines(applicationText({ ok: true, steps, notRolledBack: [] }, false))).toEqual([
      '  done    write /a',
    ]);
  });
});

describe('an error is printed', () => {
  test('as a sentence, and the way out below', () => {
    const error = new UnitPatchError('bad-root', 'it does not exist', 2, 'name another one');
    expect(errorText(error, false)).toBe('unit-patch: it does not exist\n  name another one\n');
  });

  test('without a second line, if there is no way out', () => {
    expect(errorText(new UnitPatchError('x', 'it failed', 4), false)).toBe('unit-patch: it failed\n');
  });
});
