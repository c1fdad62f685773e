import type { Evidence } from '../docker/evidence.js';

/** Whether rules that are missing may be on their way back: the watch waits until nobody is at work on them. */
export function mayComeBack({ watch }: Evidence): boolean {
  return watch?.unit.ActiveState === 'active';
}
