import type { Setting } from './unit.js';

const TRUE = /^(?:1|yes|y|true|t|on)$/i;
const FALSE = /^(?:0|no|n|false|f|off)$/i;

/** How systemd reads a boolean, parse_boolean(): undefined if there is no value, or it is none of its words. */
export function parseBoolean(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (TRUE.test(value)) return true;
  return FALSE.test(value) ? false : undefined;
}

const BOOLEAN = { test: (value: string): boolean => parseBoolean(value) !== undefined };

/** systemd.unit(5), FailureAction=. */
const ACTION = new RegExp(
  '^(?:none|exit(?:-force)?|soft-reboot(?:-force)?|kexec(?:-force)?' +
    '|(?:reboot|poweroff|halt)(?:-force|-immediate)?)$',
);

/** The settings with a fixed choice of values that decide what a unit does here, and those values. */
const CHOICES: Readonly<Record<string, Pick<RegExp, 'test'>>> = {
  'Service.Type': /^(?:simple|exec|forking|oneshot|dbus|notify|notify-reload|idle)$/,
  'Service.Restart': /^(?:no|always|on-(?:success|failure|abnormal|watchdog|abort))$/,
  'Service.RemainAfterExit': BOOLEAN,
  'Unit.DefaultDependencies': BOOLEAN,
  'Unit.FailureAction': ACTION,
  'Unit.SuccessAction': ACTION,
  'Socket.Accept': BOOLEAN,
  'Timer.OnClockChange': BOOLEAN,
  'Timer.OnTimezoneChange': BOOLEAN,
};

/**
 * Whether systemd ignores an assignment because the setting cannot have its value: DEFINE_CONFIG_PARSE_ENUM(),
 * config_parse_bool(). The value of an earlier line then stays. An empty value is a reset or nothing, and is not
 * judged here.
 */
export function hasInvalidValue({
  section,
  key,
  value,
}: Pick<Setting, 'section' | 'key' | 'value'>): boolean {
  const choice = value === '' ? undefined : CHOICES[`${section}.${key}`];
  return choice !== undefined && !choice.test(value);
}
/**
 * Whether systemd accepts the value of a listen, timer or path setting. This matters only to see whether a unit has
 * any such value: a unit without one is `bad-setting`. Other values are not judged.
 */

type Check = (value: string) => boolean;

const isPath: Check = (value) => value.startsWith('/');
const isPort: Check = (value) => /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) <= 65535;

/** systemd.socket(5): a path, `@abstract`, `vsock:…`, a port, `address:port` or `[address]:port`. */
const isAddress: Check = (value) => {
  if (/^[/@]./.test(value) || /^vsock:\d*:\d+$/.test(value) || isPort(value)) return true;
  const [, address = '', port = ''] = /^(\[[0-9a-fA-F:.%\w]+\]|[0-9.]+):(\d+)$/.exec(value) ?? [];
  return address !== '' && isPort(port);
};

/** systemd.time(7): spans such as `1h 30min`, `5` (seconds), `infinity`. */
const AMOUNT = /\d+(?:\.\d+)?\s*([a-zA-Z\u00b5\u03bc]*)\s*/guy;
const UNITS = new Set(
  'seconds second sec s minutes minute min months month M msec ms m hours hour hr h days day d weeks week w years year y usec us µs μs nsec ns'.split(
    ' ',
  ),
);
/** Amount by amount: one expression for all of them can part `111…` in more ways than anybody can try. */
const isSpan: Check = (value) => {
  if (value === 'infinity') return true;
  const amounts = [...value.matchAll(AMOUNT)];
  const length = amounts.reduce((sum, [{ length }]) => sum + length, 0);
  return (
    value !== '' &&
    length === value.length &&
    amounts.every(([, unit = '']) => unit === '' || UNITS.has(unit))
  );
};

/** systemd.time(7), "Calendar Events": a word, or weekdays, date, time and zone, of which the shape is checked. */
const CALENDAR_WORDS =
  /^(?:minutely|hourly|daily|monthly|weekly|yearly|annually|quarterly|semi-?annually|bi-?annually|half-?yearly)(?: \S+)?$/i;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*';
const WEEKDAYS = `${DAY}(?:(?:,|\\.\\.|-)${DAY})*,?`;
const DATE = '[\\d*/.,]+(?:[-~][\\d*/.,]+){1,2}';
const TIME = '[\\d*/.,]+:[\\d*/.,]+(?::[\\d*/.,]+)?';
const CALENDAR = new RegExp(
  `^(?=\\S)(?:${WEEKDAYS})?(?:(?:^| +)${DATE})?(?:(?:^|[ T]+)${TIME})?(?:(?:^| +)(?:UTC|[A-Z]\\w+/\\S+))?$`,
  'i',
);
/** Far above any calendar event; a longer value is not judged, since a weekday of many letters takes its square. */
const CALENDAR_MAX = 1000;
const isCalendar: Check = (value) =>
  value.length > CALENDAR_MAX || CALENDAR_WORDS.test(value) || /^@\d/.test(value) || CALENDAR.test(value);

/**
 * systemd.service(5), "SuccessExitStatus=": numbers, and names of statuses and signals, of which the shape is checked.
 */
const isStatusList: Check = (value) =>
  value.split(/[ \t\r\n]+/).some((word) => /^(?:\d{1,3}|[A-Z][A-Z\d_]+(?:[+-]\d+)?)$/.test(word));

const checks: readonly [key: RegExp, check: Check][] = [
  [/^Listen(?:Stream|Datagram|SequentialPacket)$/, isAddress],
  [/^Listen(?:FIFO|Special|MessageQueue|USBFunction)$/, isPath],
  [/^OnCalendar$/, isCalendar],
  [/^On(?:Active|Boot|Startup|UnitActive|UnitInactive)Sec$/, isSpan],
  [/^RestartForceExitStatus$/, isStatusList],
  [/^(?:Path(?:Exists|ExistsGlob|Changed|Modified)|DirectoryNotEmpty)$/, isPath],
];

/** Whether this value of a listen, timer or path setting counts; any other setting's does. */
export function isTriggerValue(key: string, value: string): boolean {
  const check = checks.find(([pattern]) => pattern.test(key))?.[1];
  // The value of a specifier is not known here.
  return check === undefined || value.includes('%') || check(value);
}
