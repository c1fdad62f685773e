import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dropInText, fillIn, ownerOf, servedUnitOf } from '../../src/plan/drop-in-text.js';
import { settingsIn } from '../../src/plan/settings.js';

const template = '# why\n[Unit]\nRequires=fw.service\n# and in which order\nAfter=fw.service\n';
const both = settingsIn(template);
const about = { revertName: 'docker' };

describe('the drop-in', () => {
  test('keeps the comments of the template, and only the settings that are missing', () => {
    const text = dropInText(template, both.slice(1), about);
    expect(text.split('\n').slice(2)).toEqual([
      '# why',
      '[Unit]',
      '# and in which order',
      'After=fw.service',
      '',
    ]);
  });

  test('says in its first line who wrote it, and how to undo it', () => {
    expect(dropInText(template, both, about)).toMatch(
      /^# Written by unit-patch; to undo: unit-patch revert docker\n# checksum: [0-9a-f]{16}\n# why\n/,
    );
  });

  test.each([
    ['db@1.service', 'db@1.service'],
    ['a\\x2db.service', "'a\\x2db.service'"],
    ['-.mount', '-- -.mount'],
    ['-\\x2d.mount', "-- '-\\x2d.mount'"],
  ])('a shell takes the command as it stands there: %s', (revertName, word) => {
    const text = dropInText(template, both, { revertName });
    expect(text.split('\n')[0]).toBe(`# Written by unit-patch; to undo: unit-patch revert ${word}`);
    expect(ownerOf(Buffer.from(text))).toBe('ours');
  });

  test('placeholders become names, anything else between @ stays', () => {
    expect(fillIn('@unit@ @follow@ @firewall@ @else@', { unit: 'a.service', follow: 'b@c.service' })).toBe(
      'a.service b@c.service b@c.service @else@',
    );
  });

  // systemd.service(5), "COMMAND LINES": a backslash begins an escape there, and nowhere else.
  test('in a command a name is one word without special meaning', () => {
    const names = { unit: 'a\\x2db.service', follow: 'f.service', systemctl: '/bin/systemctl' };
    expect(fillIn('ExecReload=-@systemctl@ try-restart @unit@\nBefore=@unit@', names)).toBe(
      'ExecReload=-/bin/systemctl try-restart a\\\\x2db.service\nBefore=a\\x2db.service',
    );
    expect(fillIn('ExecReload=x @unit@', { ...names, unit: '-b.service' })).toBe(
      'ExecReload=x -- -b.service',
    );
  });

  test('a section without missing settings is left out', () => {
    const text = '[Unit]\nBefore=a.service\n\n[Service]\nExecReload=/bin/true\n';
    const [before, reload] = settingsIn(text);
    expect(
      dropInText(text, before ? [before] : [], about)
        .split('\n')
        .slice(2),
    ).toEqual(['[Unit]', 'Before=a.service', '']);
    expect(dropInText(text, reload ? [reload] : [], about)).not.toContain('[Unit]');
  });

  test('if it serves another unit than its own, its first line says which', () => {
    const bytes = Buffer.from(dropInText(template, both, { ...about, servedUnit: 'docker.service' }));
    expect(bytes.toString()).toMatch(/^# Written by unit-patch for docker\.service; to undo: /);
    expect([ownerOf(bytes), servedUnitOf(bytes)]).toEqual(['ours', 'docker.service']);
    expect(servedUnitOf(Buffer.from(dropInText(template, both, about)))).toBeUndefined();
  });
});

describe('who wrote a file', () => {
  const ours = dropInText(template, both, about);
  test.each([
    ['ours', ours],
    ['edited', `${ours}#\n`],
    ['edited', ours.replace('fw', 'ab')],
    ['edited', '# Written by unit-patch\n'],
    ['edited', ours.slice(0, 30)],
    ['theirs', `\n${ours}`],
    ['theirs', ours.slice(ours.indexOf('\n') + 1)],
    ['theirs', ''],
  ])('%s', (owner, text) => {
    expect(ownerOf(Buffer.from(text))).toBe(owner);
  });

  test('any byte that is changed below the first line is noticed', () => {
    const bytes = Buffer.from(ours);
    const start = ours.indexOf('\n') + 1;
    fc.assert(
      fc.property(
        fc.integer({ min: start, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const changed = Buffer.from(bytes);
          changed[at] = ((changed[at] ?? 0) + by) % 256;
          expect(ownerOf(changed)).toBe('edited');
        },
      ),
    );
  });
});
