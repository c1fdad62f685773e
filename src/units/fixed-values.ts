import type { Setting } from './unit.js';

/** What parse_boolean() takes, in any case. */
const TRUTH = /^(?:1|yes|y|true|t|on|0|no|n|false|f|off)$/i;

/** systemd.unit(5), FailureAction=. */
const ACTION = new RegExp(
  '^(?:none|exit(?:-force)?|soft-reboot(?:-force)?|kexec(?:-force)?' +
    '|(?:reboot|poweroff|halt)(?:-force|-immediate)?)$',
);

/** The settings with a fixed choice of values that decide what a unit does here, and those values. */
const CHOICES: Readonly<Record<string, RegExp>> = {
  'Service.Type': /^(?:simple|exec|forking|oneshot|dbus|notify|notify-reload|idle)$/,
  'Service.Restart': /^(?:no|always|on-(?:success|failure|abnormal|watchdog|abort))$/,
  'Service.RemainAfterExit': TRUTH,
  'Unit.DefaultDependencies': TRUTH,
  'Unit.FailureAction': ACTION,
  'Unit.SuccessAction': ACTION,
  'Socket.Accept': TRUTH,
  'Timer.OnClockChange': TRUTH,
  'Timer.OnTimezoneChange': TRUTH,
};

/**
 * Whether systemd takes no notice of an assignment because its value is none of those that the setting may have:
 * DEFINE_CONFIG_PARSE_ENUM(), config_parse_bool(). What an earlier line sets then stays. An empty value is a reset,
 * or nothing, and not judged here.
 */
export function hasInvalidValue({
  section,
  key,
  value,
}: Pick<Setting, 'section' | 'key' | 'value'>): boolean {
  const choice = value === '' ? undefined : CHOICES[`${section}.${key}`];
  return choice !== undefined && !choice.test(value);
}
