import { EXIT, UnitPatchError } from '../errors.js';
import type { Files } from '../files/files.js';
import { mustBeReadable, placed } from '../units/problems.js';
import { nearest } from '../units/nearest.js';
import type { Template } from '../firewalls/template.js';
import type { UnitLoader } from '../units/loader.js';
import type { Unit } from '../units/unit.js';

/** The error for a unit that would follow itself. */
export function followsItself(unit: string): UnitPatchError {
  return new UnitPatchError(
    'follows-itself',
    `${unit} cannot follow itself`,
    EXIT.usage,
    'name another unit: --follow UNIT',
  );
}

/**
 * Makes sure that a drop-in of this unit can count.
 * @param names of all units here, one of which may be meant
 * @throws UnitPatchError `no-such-unit`, `unit-masked`, `unit-broken`, `unreadable`
 */
export function mustBeUsable(unit: Unit, files: Files, names: Iterable<string>): void {
  mustBeReadable(unit);
  const where = files.root === '/' ? '' : ` in ${files.root}`;
  if (unit.loadState === 'not-found')
    throw new UnitPatchError(
      'no-such-unit',
      `there is no ${unit.asked}${where}`,
      EXIT.usage,
      meant(unit.asked, names) ?? 'check the name and, for an image, that --root names its top directory',
    );
  if (unit.loadState === 'masked')
    throw new UnitPatchError(
      'unit-masked',
      `${unit.id} is masked by ${unit.fragment ?? 'a link'}${where}, so no drop-in of it would count`,
      EXIT.usage,
      `unmask it first: systemctl unmask ${unit.id}`,
    );
  if (unit.loadState === 'error' || unit.loadState === 'bad-setting')
    throw new UnitPatchError(
      'unit-broken',
      `systemd cannot load ${unit.id}: ${whyNotLoaded(unit)}`,
      EXIT.usage,
      `fix that line first: until then ${unit.id} cannot be started or restarted`,
    );
}

function meant(name: string, names: Iterable<string>): string | undefined {
  const near = nearest(name, names);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}

const FATAL = ['bad-header', 'invalid-utf8', 'line-too-long', 'not-a-file', 'bad-command'];

/** The reason why systemd does not load a unit, and its place, in one line. */
export function whyNotLoaded({ problems, fragment }: Unit): string {
  const badSetting = problems.find(({ code }) => code === 'bad-setting');
  const fatal = problems.find(({ code }) => FATAL.includes(code));
  // A missing setting has no line, but a command line that systemd could not use may be why it is missing.
  const problem = badSetting?.line == null ? (fatal ?? badSetting) : badSetting;
  return problem ? placed(problem) : `see systemd-analyze verify ${fragment ?? ''}`.trim();
}

/**
 * @throws UnitPatchError `unit-elsewhere` if the unit is not there, and another one with a template does its work
 */
export function mustNotBeElsewhere(unit: Unit, { elsewhere }: Template, loader: UnitLoader): void {
  if (elsewhere === undefined || !['not-found', 'masked'].includes(unit.loadState)) return;
  const other = loader.load(`${elsewhere}.service`);
  if (other.loadState !== 'loaded') return;
  throw new UnitPatchError(
    'unit-elsewhere',
    `${unit.asked} is ${unit.loadState === 'masked' ? 'masked' : 'not here'}, and ${other.id} does its work`,
    EXIT.usage,
    `unit-patch ${elsewhere}`,
  );
}
