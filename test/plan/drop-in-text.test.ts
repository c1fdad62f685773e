import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dependenciesIn, dropInText, fillIn, ownerOf } from '../../src/plan/drop-in-text.js';

const template = '# why\n[Unit]\nRequires=fw.service\n# and in which order\nAfter=fw.service\n';
const both = dependenciesIn(template);

describe('the drop-in', () => {
  test('keeps the comments of the template, and only the settings that are missing', () => {
    const text = dropInText(template, both.slice(1));
    expect(text.split('\n').slice(1)).toEqual([
      '# why',
      '[Unit]',
      '# and in which order',
      'After=fw.service',
      '',
    ]);
  });

  test('says in its first line whose it is', () => {
    expect(dropInText(template, both)).toMatch(
      /^# Written by unit-patch, checksum of the lines below: [0-9a-f]{16}\n/,
    );
  });

  test('placeholders become names, anything else between @ stays', () => {
    expect(fillIn('@unit@ @follow@ @firewall@ @else@', 'a.service', 'b@c.service')).toBe(
      'a.service b@c.service b@c.service @else@',
    );
  });
});

describe('whose a file is', () => {
  const ours = dropInText(template, both);
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
