import { expect } from '@jest/globals';
import { step } from './report.js';
import type { WatchBox } from './watch-box.js';
import { expectNothingDone, expectUntouched } from './watch-steps.js';

/** Rules of an administrator's that name docker's bridge, in chains where dockerd has rules too. */
const OWN = [
  'FORWARD -i docker0 -d 192.0.2.5 -j DROP',
  'FORWARD -i docker0 -o out -d 192.0.2.6 -j ACCEPT',
  'INPUT -i docker0 -s 192.0.2.7 -j ACCEPT',
  'POSTROUTING -t nat -o docker0 -s 192.0.2.8 -j MASQUERADE',
];

const iptables = (action: string, rules: readonly string[]): string =>
  rules.map((rule) => `iptables ${action} ${rule}`).join('; ');

const hasOwn = (rules: readonly string[]): boolean => rules.some((rule) => rule.includes('192.0.2.'));

/** An administrator changes rules by hand. */
export function stepsByHand(watched: () => WatchBox): void {
  step('own rules that name docker0 are made and deleted by hand: they stay deleted', async () => {
    const box = watched();
    await box.box.run(iptables('-I', OWN));
    await box.untilNoted('192.0.2.8');
    const journal = await box.journal();
    await box.box.run(iptables('-D', OWN));
    await box.noteAsWhole();
    const saw = await expectNothingDone(box, 'true');
    expect(await box.journal()).toBe(journal);
    expect(hasOwn(await box.rules())).toBe(false);
    return saw;
  });

  step('one is made by hand, and all are flushed: it comes back', async () => {
    const box = watched();
    const own = OWN.slice(0, 1);
    await box.box.run(iptables('-I', own));
    await box.untilNoted('192.0.2.5');
    const saw = expectUntouched(await box.removedBy('iptables -F'));
    expect(hasOwn(await box.rules())).toBe(true);
    await box.box.run(iptables('-D', own));
    await box.noteAsWhole();
    return saw;
  });

  step("iptables -X alone cannot remove docker's chains, since they are in use", () =>
    expectNothingDone(watched(), 'if iptables -X; then exit 1; fi'),
  );
}
