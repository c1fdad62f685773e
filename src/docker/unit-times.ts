/** The output of `systemctl show` for a unit, by property. */
export type UnitState = Readonly<Record<string, string>>;

/** What happened last to a unit. */
export type What = 'started' | 'restarted' | 'reloaded' | 'stopped' | 'failed' | 'run';

/** Something that happened to a unit. */
export interface UnitEvent {
  readonly unit: string;
  readonly what: What;
  /** microseconds since the boot */
  readonly at: number;
  /** in words, as systemctl prints it */
  readonly when: string;
}

/** What happened last to a unit; undefined if nothing did since the boot. */
export function lastEvent(unit: UnitState): UnitEvent | undefined {
  const { Id: id = '', ActiveState: state = '' } = unit;
  const event = (what: What, property: string): UnitEvent | undefined => {
    const at = micros(unit, `${property}TimestampMonotonic`);
    return at === 0 ? undefined : { unit: id, what, at, when: wall(unit, `${property}Timestamp`) };
  };
  const started = micros(unit, 'ActiveEnterTimestampMonotonic');
  if (state === 'active' || state === 'reloading') {
    // A reload leaves the unit active, and changes its state twice: unit_notify() of systemd.
    if (micros(unit, 'StateChangeTimestampMonotonic') > started) return event('reloaded', 'StateChange');
    const before = micros(unit, 'InactiveEnterTimestampMonotonic');
    return event(before > 0 && before < started ? 'restarted' : 'started', 'ActiveEnter');
  }
  if (state === 'failed') return event('failed', 'InactiveEnter');
  if (state !== 'inactive') return undefined;
  // A oneshot that does not stay is never active.
  return event(started === 0 ? 'run' : 'stopped', 'InactiveEnter');
}

/** When a unit began to start, in microseconds since the boot. */
export function beganAt(unit: UnitState): number {
  return micros(unit, 'InactiveExitTimestampMonotonic');
}

/** When a unit was up, in words. */
export function upSince(unit: UnitState): string {
  return wall(unit, 'ActiveEnterTimestamp');
}

/** A property that is a time of the clock, without the weekday. */
export function wall(unit: UnitState, property: string): string {
  return (unit[property] ?? '').replace(/^\w{3} /, '');
}

function micros(unit: UnitState, property: string): number {
  return Number(unit[property] ?? 0) || 0;
}
