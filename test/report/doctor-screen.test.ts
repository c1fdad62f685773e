import { expect, test } from '@jest/globals';
import { doctorScreen } from '../../src/report/doctor-screen.js';
import { container, diagnosisOf, FLUSHED, type MachineChanges, RULES, unit } from '../doctor/fake-machine.js';

const UNPROTECTED = {
  state: 'unprotected',
  follow: 'iptables.service',
  text: 'it does not follow it',
} as const;

async function screen(machine: MachineChanges): Promise<string> {
  return doctorScreen(await diagnosisOf(machine), false, 80);
}

test('an outage is one screen: what is broken, by what, and what to type in which order', async () => {
  const shown = await screen({
    rules: FLUSHED,
    firewall: unit('iptables.service', 30),
    containers: container() + container({ name: '/adhoc', restartPolicy: 'no' }),
    protection: UNPROTECTED,
  });
  expect(shown.split('\n').length).toBeLessThanOrEqual(25);
  expect(shown).toMatch(/^BROKEN: all \d+ of Docker's firewall rules are gone\.\n/);
  expect(shown).toMatch(/\n\nCAUSE {2}iptables\.service was started at /);
  const order = [
    '1. FIX IT NOW',
    'sudo systemctl restart docker',
    'restart policy no): adhoc',
    '2. KEEP IT FIXED',
    'sudo unit-patch docker',
  ];
  const places = [...order, '3. TEST IT', 'sudo unit-patch prove docker', '--verbose'].map((one) =>
    shown.indexOf(one),
  );
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('if some rules are gone they are listed; if all are, a list says nothing more', async () => {
  const masquerade = /-A POSTROUTING -s 172.17.0.0.*\n/;
  expect(await screen({ rules: RULES.replace(masquerade, '') })).toMatch(
    /^ {4}missing {2}iptables -t nat -A POSTROUTING/m,
  );
  expect(await screen({ rules: FLUSHED })).not.toMatch(/missing {2}/);
});

test('changes made outside systemd get no cure that would not have helped', async () => {
  const shown = await screen({ rules: FLUSHED });
  expect(shown).toMatch(/no dependency between\s+units would have caught/);
  expect(shown).not.toContain('KEEP IT FIXED');
});

test('a healthy machine that nothing protects says so, and what protects it', async () => {
  const shown = await screen({ rules: RULES, protection: UNPROTECTED });
  expect(shown).toMatch(
    /^HEALTHY, BUT UNPROTECTED: all \d+ rules are in force\.\n {2}The next restart of iptables/,
  );
  expect(shown).toContain('1. KEEP IT FIXED');
});

test('lines are at most as long as the terminal is wide, but for commands and rules', async () => {
  const shown = await screen({ rules: FLUSHED, firewall: unit('iptables.service', 30) });
  expect(shown.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
