import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { type Relation, RELATIONS } from '../../src/firewalls/template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import { type InForce, placesInForce } from '../../src/plan/settings.js';
import { UnitLoader } from '../../src/units/loader.js';
import { systemctl, withFirewall } from '../helpers/docker.js';
import { addTo, type Item, link, makeRoot, removeTrees } from '../helpers/tree.js';
import { refusals } from './plan-for.js';

afterEach(removeTrees);

const directories = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'];
const dropInDirectories = ['docker.service.d', 'service.d', 'iptables.service.d', 'nftables.service.d'];
const settings = ['Requires', 'BindsTo', 'PartOf', 'Wants', 'After', 'Before'];
const units = ['iptables.service', 'nftables.service', 'docker.service', 'x.service'];

const line = fc
  .tuple(fc.constantFrom(...settings), fc.constantFrom(...units))
  .map(([key, unit]) => `${key}=${unit}\n`);
const text = fc.array(line, { maxLength: 3 }).map((lines) => `[Unit]\n${lines.join('')}`);
const item: fc.Arbitrary<Item> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.constant(link('/dev/null')) },
  { weight: 1, arbitrary: fc.constant('') },
);
const path = fc
  .tuple(
    fc.constantFrom(...directories),
    fc.constantFrom(...dropInDirectories),
    fc.constantFrom('10', '50', '90'),
  )
  .map(([directory, dropIns, name]) => `${directory}/${dropIns}/${name}.conf`);
const request = fc.record({
  relation: fc.constantFrom(...RELATIONS),
  follow: fc.constantFrom(undefined, 'iptables.service', 'nftables.service'),
  comeBack: fc.constantFrom(undefined, true),
});

function planAndApply(
  root: string,
  asked: { relation: Relation; follow: string | undefined; comeBack: boolean | undefined },
): Plan {
  const plan = planPatch(openRoot(root), { template: findTemplate('docker'), ...asked });
  for (const change of plan.changes) addTo(root, { [change.path]: change.after ?? '# removed\n' });
  return plan;
}

function whereInForce(setting: string, loader: UnitLoader, { parts, unit, follow }: Plan): InForce[] {
  const [one, other] = [unit, follow?.unit ?? ''];
  const part = parts.find(({ missing }) => missing.includes(setting));
  const [key = ''] = setting.split('=');
  const wanted = {
    section: key.startsWith('Exec') ? 'Service' : 'Unit',
    key,
    value: setting.slice(key.length + 1),
  };
  return part?.unit === one
    ? placesInForce(wanted, loader.load(one), loader.load(other))
    : placesInForce(wanted, loader.load(other), loader.load(one));
}

test('with any drop-ins over the units: after the plan everything is in force, and planning again changes nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(path, item, { maxKeys: 5 }), request, request, (tree, first, second) => {
      const root = makeRoot({
        ...systemctl,
        ...withFirewall(),
        ...withFirewall('nftables.service'),
        ...tree,
      });
      for (const one of [first, second]) {
        const plan = planAndApply(root, one);
        if (plan.changes.some(({ action }) => action === 'delete')) return;
        // A random order may close a cycle, which is refused: then nothing is written, and nothing is in force.
        if (refusals(plan).length > 0) {
          expect(plan.changes).toEqual([]);
          continue;
        }
        const again = planPatch(openRoot(root), { template: findTemplate('docker'), ...one });
        // That a change is no longer covered is said once, when it is made.
        const lasting = plan.findings.filter(({ code }) => code !== 'relation-changes');
        expect(again).toMatchObject({ changed: false, missing: [], findings: lasting });
        const loader = new UnitLoader(openRoot(root));
        for (const setting of plan.missing) {
          expect(whereInForce(setting, loader, plan)).not.toEqual([]);
        }
      }
    }),
    { numRuns: 100 },
  );
});
