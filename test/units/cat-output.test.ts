import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CatOutput, readCatOutput } from '../../src/units/cat-output.js';
import { everyDirectory } from '../../src/units/load-path.js';

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';

const read = (text: string | Buffer, unitPath?: string): CatOutput =>
  readCatOutput(Buffer.from(text as string), 'FILE', everyDirectory(unitPath));

const textsOf = ({ files }: CatOutput): Record<string, string> =>
  Object.fromEntries(files.map(({ path, bytes }) => [path, bytes.toString()]));

describe('what systemctl cat prints', () => {
  test('a unit and its drop-ins: a blank line before every header but the first, and no file loses a byte', () => {
    const output = read(`# ${LIB}/a.service
[Unit]
Description=a

# /etc/sysconfig/iptables

[Service]
ExecStart=/bin/a


# ${ETC}/a.service.d/10.conf
[Unit]

# ${LIB}/b.service
[Service]
ExecStart=/bin/b
`);
    expect(textsOf(output)).toEqual({
      [`${LIB}/a.service`]:
        '[Unit]\nDescription=a\n\n# /etc/sysconfig/iptables\n\n[Service]\nExecStart=/bin/a\n\n',
      [`${ETC}/a.service.d/10.conf`]: '[Unit]\n',
      [`${LIB}/b.service`]: '[Service]\nExecStart=/bin/b\n',
    });
    expect(output.units).toMatchObject([
      { name: 'a.service', dropIns: [`${ETC}/a.service.d/10.conf`], aliases: [] },
      { name: 'b.service', dropIns: [] },
    ]);
  });

  test('a masked drop-in is a header with nothing below it', () => {
    const output = read(
      `# ${LIB}/a.service\n[Unit]\n\n# ${ETC}/a.service.d/1.conf\n\n# ${ETC}/a.service.d/2.conf\n`,
    );
    expect(textsOf(output)).toMatchObject({
      [`${ETC}/a.service.d/1.conf`]: '',
      [`${ETC}/a.service.d/2.conf`]: '',
    });
  });

  test('masked, broken and missing units have one line each, on either stream', () => {
    const output = read(`# Unit m.service is masked.
# Unit x.service could not be loaded.
# ${LIB}/a.service
No files found for gone.service.
[Unit]
# Unit n.service is masked.

# ${LIB}/b.service
[Unit]
`);
    expect(output).toMatchObject({
      masked: ['m.service', 'n.service'],
      broken: ['x.service'],
      missing: ['gone.service'],
    });
    expect(textsOf(output)).toEqual({ [`${LIB}/a.service`]: '[Unit]\n', [`${LIB}/b.service`]: '[Unit]\n' });
  });

  test('changes on disk are reported on stderr, and none of these lines belongs to a file', () => {
    const warning = `# Warning: a.service changed on disk, the version systemd has loaded is outdated.
# This output shows the current version of the unit's original fragment and drop-in files.
# If fragments or drop-ins were added or removed, they are not properly reflected in this output.
# Run 'systemctl daemon-reload' to reload units.
`;
    const older = `Warning: The unit file, source configuration file or drop-ins of a.service changed on disk. Run 'systemctl daemon-reload' to reload units.\n`;
    for (const lines of [warning, older]) {
      const output = read(`${lines}# ${LIB}/a.service\n[Unit]\n`);
      expect(output.outdated).toEqual(['a.service']);
      expect(textsOf(output)).toEqual({ [`${LIB}/a.service`]: '[Unit]\n' });
    }
  });

  test('colours, links to the files, and the comments that 257 colours are taken off', () => {
    const output = read(
      [
        `\x1b[0;1;34m# \x1b]8;;file://box${LIB}/a.service\x1b\\${LIB}/a.service\x1b]8;;\x1b\\\x1b[0m`,
        '\x1b[0;1;36m[Unit]\x1b[0m',
        '\x1b[0;1;32mDescription=\x1b[0ma',
        '\x1b[0;1;38:5:245m\x1b[0m',
        `\x1b[0;1;34m# \x1b]8;;file://box${ETC}/a.service.d/1.conf\x07${ETC}/a.service.d/1.conf\x1b]8;;\x07\x1b[0m`,
        '\x1b[0;1;38:5:245m# c\x1b[0m',
        '\x1b[0;1;35m# Unit m.service is masked\x1b[0m.',
        '',
      ].join('\n'),
    );
    expect(textsOf(output)).toEqual({
      [`${LIB}/a.service`]: '[Unit]\nDescription=a\n',
      [`${ETC}/a.service.d/1.conf`]: '# c\n',
    });
    expect(output.masked).toEqual(['m.service']);
  });

  test('CRLF of a terminal, and a byte order mark, are removed; a missing last line end is reported', () => {
    const text = `# ${LIB}/a.service\n[Unit]\nDescription=a`;
    for (const pasted of [text.replaceAll('\n', '\r\n'), `\ufeff${text}`, text]) {
      const output = read(pasted);
      expect(textsOf(output)).toEqual({ [`${LIB}/a.service`]: '[Unit]\nDescription=a\n' });
      expect(output.isTerminated).toBe(false);
    }
    expect(read(`${text}\n`).isTerminated).toBe(true);
  });

  test('carriage returns of the file itself stay', () => {
    expect(textsOf(read(`# ${LIB}/a.service\n[Unit]\r\nDescription=a\r\n`))).toEqual({
      [`${LIB}/a.service`]: '[Unit]\r\nDescription=a\r\n',
    });
  });

  test('a unit that was asked for twice, and a drop-in of a whole type, are the same text twice', () => {
    const one = `# ${LIB}/a.service\n[Unit]\n\n# ${ETC}/service.d/1.conf\n[Service]\n`;
    const output = read(
      `${one}\n${one}\n# ${LIB}/b.service\n[Unit]\n\n# ${ETC}/service.d/1.conf\n[Service]\n`,
    );
    expect(output.units.map(({ name, dropIns }) => [name, dropIns.length])).toEqual([
      ['a.service', 1],
      ['b.service', 1],
    ]);
    expect(output.files).toHaveLength(3);
  });

  test('a drop-in of another name shows an alias', () => {
    const output = read(`# ${LIB}/a.service\n[Unit]\n\n# ${ETC}/other.service.d/1.conf\n[Unit]\n`);
    expect(output.units).toMatchObject([{ name: 'a.service', aliases: ['other.service'] }]);
  });

  test('drop-ins by a dash prefix, and those of an instance, are its own', () => {
    const output = read(
      `# ${LIB}/a-b@.service\n[Unit]\n\n# ${ETC}/a-.service.d/1.conf\n[Unit]\n\n# ${ETC}/a-b@x.service.d/2.conf\n[Unit]\n`,
    );
    expect(output.units).toMatchObject([{ name: 'a-b@.service', aliases: [] }]);
  });

  test('another load path has to be named', () => {
    const text = '# /opt/units/a.service\n[Unit]\n';
    expect(() => read(text)).toThrow('/opt/units/a.service is not in a directory that systemd reads');
    expect(textsOf(read(text, '/opt/units:'))).toEqual({ '/opt/units/a.service': '[Unit]\n' });
  });
});

describe('a comment that looks like a header', () => {
  const unit = `# ${LIB}/a.service\n`;
  const isOneFile = (text: string): void => {
    expect(textsOf(read(unit + text))).toEqual({ [`${LIB}/a.service`]: text });
  };

  test('is one if it names no unit and no drop-in', () => {
    isOneFile('[Unit]\n\n# /etc/foo\n\n# /etc/docker/daemon.json\n\n# /etc/foo.conf\n');
  });

  test('is one at the top of a file: a copy of what systemctl cat printed', () => {
    isOneFile(`# ${LIB}/b.service\n[Unit]\n`);
  });

  test('is one between settings: no file begins with a setting', () => {
    isOneFile(`[Unit]\nDescription=a\n# ${LIB}/b.service\nAfter=b.service\n`);
  });

  test('is one inside of a comment', () => {
    isOneFile(`[Unit]\n# see\n# ${LIB}/b.service\nAfter=b.service\n`);
  });

  test('below a comment and above a section may be a header too, and is refused', () => {
    expect(() => read(`${unit}[Unit]\n# see\n# ${LIB}/b.service\n[Service]\n`)).toThrow(
      `FILE, line 4: # ${LIB}/b.service may begin a file, or belong to the comment above it`,
    );
  });

  test('is a header below a setting and above a section: outputs that were put together, or a file without an end', () => {
    const output = read(`${unit}[Unit]\nDescription=a\n# ${LIB}/b.service\n[Unit]\n`);
    expect(textsOf(output)).toEqual({
      [`${LIB}/a.service`]: '[Unit]\nDescription=a\n',
      [`${LIB}/b.service`]: '[Unit]\n',
    });
  });
});

describe('text that systemctl cat does not print is refused', () => {
  const unit = `# ${LIB}/a.service\n[Unit]\nDescription=a\n`;
  test.each([
    ['nothing', '', 'FILE is empty'],
    ['blank lines', '\n\r\n \n', 'FILE is empty'],
    ['binary garbage', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), 'FILE holds NUL bytes'],
    ['UTF-16', Buffer.from(unit, 'utf16le'), 'or it is UTF-16'],
    [
      'bytes without a header',
      Buffer.from([0xff, 0xfe, 0x80, 0x0a]),
      String.raw`it begins with "\udcff\udcfe\udc80"`,
    ],
    ['no header', '[Unit]\nDescription=a\n', 'it begins with "[Unit]"'],
    [
      'an error message',
      'Failed to connect to bus: Host is down\n',
      'it begins with "Failed to connect to bus',
    ],
    ['one in another language', 'Verbindung zum Bus fehlgeschlagen\n', 'it begins with "Verbindung'],
    ['a shell prompt', `$ systemctl cat a\n${unit}`, 'it begins with "$ systemctl cat a"'],
    ['a relative path', unit.replace('# /', '# '), 'it begins with "# usr/lib/systemd/system/a.service"'],
    [
      'a path with ..',
      `# ${ETC}/../system/a.service\n`,
      'line 1: /etc/systemd/system/../system/a.service contains ".", ".." or "//"',
    ],
    ['a path with //', `# /etc//systemd/system/a.service\n`, 'contains ".", ".." or "//"'],
    [
      'a unit of a user',
      '# /home/me/.config/systemd/user/a.service\n',
      'is not in a directory that systemd reads',
    ],
    ['a drop-in first', `# ${ETC}/a.service.d/1.conf\n[Unit]\n`, 'no unit comes before it'],
    [
      'two texts for one path',
      `${unit}\n# ${LIB}/b.service\n[Unit]\n\n${unit}After=b.service\n`,
      `line 8: ${LIB}/a.service is there twice, with different texts (the first in line 1)`,
    ],
    [
      'two files of one unit',
      `${unit}\n# ${ETC}/a.service\n[Unit]\n`,
      `is a second file of a.service, beside ${LIB}`,
    ],
    [
      'a drop-in of a unit that is elsewhere',
      `${unit}\n# ${LIB}/b.service\n[Unit]\n\n# ${ETC}/a.service.d/1.conf\n[Unit]\n`,
      'is not a drop-in of b.service',
    ],
    [
      'a drop-in of another type',
      `${unit}\n# ${ETC}/a.socket.d/1.conf\n[Unit]\n`,
      'is not a drop-in of a.service',
    ],
    ['cut off behind a header', `${unit}\n# ${LIB}/b.service\n`, `ends in the middle of ${LIB}/b.service`],
    ['cut off in a line', `${unit}Descr`, `ends in the middle of ${LIB}/a.service`],
    ['cut off in a section', `${unit}[Serv`, `ends in the middle of ${LIB}/a.service`],
    ['cut off in a continuation', `${unit}ExecStart=/bin/a \\\n`, `ends in the middle of ${LIB}/a.service`],
  ])('%s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

test('whatever the files hold that systemd reads, as many as there are, they come back as they were', () => {
  const line = fc.constantFrom(
    '[Unit]',
    '[Service]',
    'A=b',
    'A=b \\',
    '',
    '# c',
    '#',
    '; c',
    '# /etc/foo',
    '  x',
    'é=ü',
  );
  const text = fc
    .array(line, { maxLength: 8 })
    .map((lines) => ['[Unit]', ...lines, 'Z=z'].map((one) => `${one}\n`).join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const all = Object.fromEntries(texts.map((one, at) => [`${LIB}/u${at}.service`, one]));
      const printed = Object.entries(all).map(([path, one]) => `# ${path}\n${one}`);
      expect(textsOf(read(printed.join('\n')))).toEqual(all);
    }),
  );
});
