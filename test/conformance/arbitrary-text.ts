import fc from 'fast-check';
import { DEPENDENCY_KEYS, WORDS } from './pools.js';

/** A unit file before it is known what type of unit it describes. */
export interface Text {
  readonly head: string;
  readonly before: readonly Line[];
  /** Whether it holds what a unit of its type cannot do without. */
  readonly isWhole: boolean;
  readonly after: readonly Line[];
}

/** A line and its end; a number stands for a setting of the type's own section. */
interface Line {
  readonly text: string | number;
  readonly end: string;
}

// The first is what a unit of the type needs; the validity of other values is out of scope.
const OWN: Readonly<Record<string, readonly [string, ...string[]]>> = {
  service: [
    'ExecStart=/bin/true',
    'Type=oneshot',
    'ExecStart=',
    'ExecStart=/bin/b  c',
    'ExecStartPre=/bin/p',
    'ExecStop=/bin/s',
    'Environment=A=1',
    'Environment=A=2',
    'Environment=B=3',
    'Environment=',
    'RemainAfterExit=yes',
    'Restart=always',
    'Restart=on-failure',
    'Restart=always\\\\',
    'Type=simple\\\\',
    'ExecStartPre=-bin/x',
    'ExecStartPre=bin/x',
    'ExecStartPre=/bin/x/',
    'ExecStartPre=',
  ],
  socket: ['ListenStream=@a', 'ListenStream=', 'ListenStream=@b', 'ListenDatagram=@c', 'ListenFIFO='],
  timer: ['OnBootSec=1s', 'OnBootSec=', 'OnBootSec=2s', 'OnCalendar=', 'RemainAfterElapse=no'],
  path: ['PathExists=/a', 'PathExists=', 'PathExists=/b', 'PathChanged=', 'MakeDirectory=no'],
  mount: ['What=/dev/null', 'What=/dev/null', 'What='],
};

const LONGEST = 1024 * 1024 - 1;

const oneOf = <T>(...choices: readonly fc.WeightedArbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ withCrossShrink: true }, ...choices);

const few = <T>(items: readonly T[], weight: number): fc.WeightedArbitrary<T> => ({
  arbitrary: fc.constantFrom(...items),
  weight,
});

const list = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), oneOf(few([' '], 12), few(['\t', '  ', ',', '\r'], 1))), {
    maxLength: 4,
  })
  .map((words) => words.map(([word, gap], i) => (i === 0 ? word : gap + word)).join(''));

const dependency = fc
  .tuple(
    oneOf(few(['After', 'Requires', 'Wants'], 3), few(DEPENDENCY_KEYS, 2)),
    oneOf(few(['='], 12), few([' = ', '\t=', '=='], 1)),
    list,
  )
  .map((parts) => parts.join(''));

const header = oneOf(few(['[Unit]'], 4), few(['[Own]', '[Service]', '[X-Foo]', '[Install]', '\t[Unit] '], 1));

const oddHeader = oneOf(
  few(['[ Unit]', '[Unit ]', '[unit]', '[]', '[[Unit]', '[Foo]'], 2),
  few(['[Unit] # x', '[Unit', '[Un"it]', "[Un'it]", '[Un\\it]', '[Unit]x'], 1),
);

const plain = fc.constantFrom(
  'Description=d',
  'Description=',
  'ConditionPathExists=/a',
  'ConditionPathExists=/b',
  'AssertPathExists=/c',
);

const reset = fc.constantFrom(
  'ConditionPathExists=',
  'ConditionKernelVersion=',
  'AssertPathExists=',
  'AssertUser=',
  'Description=',
);

const comment = fc.constantFrom('# c', '', '; After=x.service', ' # c', '\t', '#c \udcff', '#');

const junk = fc.constantFrom(
  'foo',
  '=x.service',
  'after=x.service',
  'X-After=x.service',
  'Foo=bar',
  'Description=\udcff',
  'X-A=\ufffe',
  '\ufeff[Unit]',
  '\ufeffAfter=x.service',
  '\ufeff# c',
  'Description=\ud83d\ude00\u2028',
  'Description="x',
);

// Lines around 1 MiB: the last that is fine, and the first that is not.
const long = fc
  .tuple(fc.constantFrom('X-A=', '#', 'X-A=\\\n'), fc.constantFrom(LONGEST, LONGEST + 1, LONGEST - 1))
  .map(([start, length]) => start + 'a'.repeat(length - start.replace('\n', '').length));

const anyText = oneOf<string>(
  { arbitrary: dependency, weight: 24 },
  { arbitrary: header, weight: 8 },
  { arbitrary: plain, weight: 5 },
  { arbitrary: comment, weight: 6 },
  { arbitrary: oddHeader, weight: 1 },
  { arbitrary: junk, weight: 4 },
);

const end = oneOf(
  few(['\n'], 40),
  few(['\\\n', ' \\\n'], 8),
  few(['\r\n', '\r', '\0', '\n\r', '\n\n'], 5),
  few(['\\ \n', '\\\\\n', '\\\\\\\n', ' \\\r\n', '\\\r', '\r\0', '\\', ''], 3),
);

// The validity of single values is out of scope, so a line whose value must stay as it is is not continued.
const line = oneOf<Line>(
  { arbitrary: fc.record({ text: anyText, end }), weight: 40 },
  { arbitrary: fc.record({ text: fc.nat(18), end: fc.constantFrom('\n', '\r\n') }), weight: 8 },
  { arbitrary: fc.record({ text: reset, end: fc.constantFrom('\n', '\r\n') }), weight: 2 },
);

const rareLine = oneOf<Line>(
  { arbitrary: line, weight: 1000 },
  { arbitrary: fc.record({ text: long, end: fc.constantFrom('\n', '\\\n') }), weight: 1 },
);

const head = oneOf(few(['[Unit]\n'], 16), few(['', '\ufeff[Unit]\n', '# c\r\n\n[Unit]\r', '[Own]\n'], 1));

// Two of the long lines make a file of more than 2 MiB, which is refused by name, whatever systemd makes of it.
const isReadable = ({ before, after }: Pick<Text, 'before' | 'after'>): boolean =>
  [...before, ...after].filter(({ text }) => typeof text === 'string' && text.length > LONGEST / 2).length <
  2;

/** Random unit files, most of them sane. */
export const textArbitrary: fc.Arbitrary<Text> = fc
  .record({
    head,
    before: fc.array(rareLine, { maxLength: 5 }),
    isWhole: oneOf(few([true], 12), few([false], 1)),
    after: fc.array(rareLine, { maxLength: 3 }),
  })
  .filter(isReadable);

/** Random drop-ins: the same, without what only a fragment needs. */
export const dropInArbitrary: fc.Arbitrary<Text> = fc
  .record({
    head,
    before: fc.array(rareLine, { minLength: 1, maxLength: 4 }),
    isWhole: fc.constant(false),
    after: fc.constant([]),
  })
  .filter(isReadable);

/** Writes a text for a type of unit. Lone low surrogates stand for single bytes that are no UTF-8. */
export function bytesOf({ head: first, before, isWhole, after }: Text, type: string): Buffer {
  const own = OWN[type];
  const section = type.charAt(0).toUpperCase() + type.slice(1);
  const print = ({ text, end: lineEnd }: Line): string =>
    (typeof text === 'number' ? (own?.[text % own.length] ?? '#') : text) + lineEnd;
  const whole = isWhole && own ? `\n[${section}]\n${own[0]}\n` : '';
  const all = (first + before.map(print).join('') + whole + after.map(print).join(''))
    .replaceAll('[Own]', `[${section}]`)
    .split(/([\udc80-\udcff])/)
    .map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from([part.charCodeAt(0) & 0xff])));
  return Buffer.concat(all);
}
