import { parseUnit } from '../syntax/parse.js';
import { words } from '../syntax/text.js';
import type { Node } from '../syntax/unit-file.js';
import { dependencyType } from '../units/settings.js';

/** A setting that a unit should have: `Requires=iptables.service` for example, one unit to a dependency. */
export interface Wanted {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** How a wanted setting is written. */
export function written({ key, value }: Pick<Wanted, 'key' | 'value'>): string {
  return `${key}=${value}`;
}

/** A dependency as a setting. */
export function asSetting({ type, unit }: { readonly type: string; readonly unit: string }): Wanted {
  return { section: 'Unit', key: type, value: unit };
}

/** Whether a setting is a dependency on another unit. */
export function isDependency({ section, key }: Wanted): boolean {
  return dependencyType(section, key) !== undefined;
}

/** Whether a setting is a command to run. */
export function isCommand({ section, key }: Pick<Wanted, 'section' | 'key'>): boolean {
  return section === 'Service' && key.startsWith('Exec');
}

/** The settings that a drop-in's text holds, in its order. */
export function settingsIn(text: string): Wanted[] {
  return parseUnit(Buffer.from(text)).nodes.flatMap(settingsOf);
}

/** The settings that one node of a file holds. */
export function settingsOf(node: Node): Wanted[] {
  if (node.kind !== 'assignment') return [];
  const { section = '', key, value } = node;
  const type = dependencyType(section, key);
  if (type === undefined) return [{ section, key, value }];
  return words(value).map((unit) => asSetting({ type, unit }));
}
