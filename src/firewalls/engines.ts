import { EXIT, UnitPatchError } from '../errors.js';
import { type Files, inDirectory, rootPath, type RootPath } from '../files/files.js';
import { readText } from '../files/read-text.js';
import type { Transactions } from '../transactions/transactions.js';
import { parseUnitName } from '../units/name.js';
import { listingIn } from '../units/problems.js';
import { lastValue, type Unit } from '../units/unit.js';
import { runsDaemon } from './dockerd/daemon-command.js';
import type { Facts } from './facts.js';
import { firewallsInUse } from './in-use.js';
import type { Template } from './template.js';

/** A service that runs dockerd, and the line that does. */
export interface DockerdService {
  readonly unit: Unit;
  readonly from: string;
}

/** The services in use that run dockerd under another name than this one: a snap, a unit of somebody's own. */
export function otherEngines(
  transactions: Transactions,
  names: readonly string[],
  facts: Facts,
): DockerdService[] {
  const inUse = new Set([...transactions.atBoot(), ...facts.activeUnits()]);
  return [...inUse]
    .filter((name) => parseUnitName(name)?.type === 'service' && !names.includes(name))
    .map((name) => transactions.load(name))
    .filter((unit) => unit.loadState === 'loaded' && runsDaemon(transactions.loader.files, unit))
    .map((unit) => {
      const start = unit.directives.findLast(({ key }) => key === 'ExecStart');
      return { unit, from: start ? `${start.file}:${start.line}` : String(unit.fragment) };
    });
}

/** Whether a socket, timer or path of the boot starts a unit when it is needed. */
export function isTriggered(transactions: Transactions, { names }: Unit): boolean {
  return [...transactions.atBoot()].some((name) => {
    const parsed = parseUnitName(name);
    if (!parsed || !['socket', 'timer', 'path'].includes(parsed.type)) return false;
    const unit = transactions.load(name);
    const named =
      lastValue(unit, 'Socket', 'Service') ??
      lastValue(unit, 'Timer', 'Unit') ??
      lastValue(unit, 'Path', 'Unit');
    return names.includes(named ?? name.replace(/\.\w+$/, '.service'));
  });
}

/**
 * Says where the engine is instead of in the unit of its template, which is missing or masked.
 * @returns undefined if nothing else runs it
 */
export function engineElsewhere(
  transactions: Transactions,
  template: Template,
  facts: Facts,
): UnitPatchError | undefined {
  const { files } = transactions.loader;
  const where = files.root === '/' ? '' : ` in ${files.root}`;
  const isMasked = transactions.load(template.unit).loadState === 'masked';
  const code = isMasked ? 'unit-masked' : 'engine-elsewhere';
  const state = isMasked ? `${template.unit} is masked${where}` : `there is no ${template.unit}${where}`;
  const [engine] = otherEngines(transactions, [template.unit], facts);
  if (engine) {
    const firewalls = [...firewallsInUse(transactions, template, facts)];
    const followed = (firewalls.find(({ wipes }) => wipes) ?? firewalls[0])?.unit.id ?? 'FIREWALL.service';
    return new UnitPatchError(
      code,
      `${state}; ${engine.unit.id} runs dockerd here (${engine.from})`,
      EXIT.usage,
      `${facts.isLive ? 'sudo ' : ''}unit-patch ${engine.unit.id} --follow ${followed}`,
    );
  }
  const user = userUnit(files, template.unit);
  if (!user) return undefined;
  return new UnitPatchError(
    code,
    `${state}; ${user.path} is a user unit${user.isRootless ? ', which runs rootless Docker' : ''}`,
    EXIT.usage,
    user.isRootless
      ? 'leave it as it is: rootless Docker has its rules in a network namespace of its own, and a restart of the firewall does not touch them'
      : 'name a unit of the system: unit-patch does not change user units',
  );
}

const USER_UNITS = ['/etc/systemd/user', '/usr/local/lib/systemd/user', '/usr/lib/systemd/user'].map(
  rootPath,
);
const OWN_UNITS = '.config/systemd/user';

/** The first user unit of a name: systemd.unit(5), "User Unit Search Path". */
function userUnit(files: Files, name: string): { path: RootPath; isRootless: boolean } | undefined {
  const homes = [
    rootPath('/root'),
    ...listingIn(files, rootPath('/home'), [])
      .names()
      .map((one) => inDirectory(rootPath('/home'), one)),
  ];
  const directories = [...USER_UNITS, ...homes.map((home) => inDirectory(home, OWN_UNITS))];
  for (const directory of directories) {
    const path = inDirectory(directory, name);
    const read = readText(files, path);
    if (typeof read === 'object') return { path, isRootless: read.text.includes('rootless') };
  }
  return undefined;
}
