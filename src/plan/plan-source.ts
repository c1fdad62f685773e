import type { Files } from '../files/files.js';
import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';

/** Where a plan is made for: files alone, or a system, whose running manager is asked, too. */
export type PlanSource = Files | System;

/** Whether a manager may run there; files alone cannot be written. */
export function isSystem(source: PlanSource): source is System {
  return 'writeFile' in source;
}

/** How units are loaded there: as the running manager does. */
export function loadedAsIn(source: PlanSource): LoadOptions {
  return (isSystem(source) ? source.manager?.about() : undefined) ?? {};
}
