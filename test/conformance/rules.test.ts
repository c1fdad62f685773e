import { describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownReading } from './compare.js';
import { describeEachSystemd } from './each-systemd.js';
import { Judge, withoutBaseline } from './judge.js';
import { writeRoot } from './root.js';
import { expectedOf, parseRule, printAnswers, printRule, type Rule } from './rule-file.js';

const RULES = join(import.meta.dirname, 'rules');
const RECORDED = 252;
const OTHERS = [257];

// UNIT_PATCH_RECORD=1 writes down what systemd answers instead of comparing it.
const isRecording = process.env.UNIT_PATCH_RECORD === '1';

const names = readdirSync(RULES).filter((name) => name.endsWith('.txt'));

(isRecording ? describe.skip : describe).each(names)('%s', (name) => {
  const rule = readRule(name);
  test.each([...new Set([RECORDED, ...OTHERS])])('is read as systemd %i reads it', (version) => {
    const dir = mkdtempSync(join(tmpdir(), 'unit-patch-rule-'));
    try {
      const image = writeImage(dir, rule);
      const answers = rule.asked.map((unit) => [unit, ownReading(image, unit, version)] as const);
      expect(printAnswers(new Map(answers))).toBe(expectedOf(rule, version));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describeEachSystemd(
  OTHERS,
  (base) => Judge.open(base),
  (judge) => {
    test.each(names)(
      'agrees with %s',
      async (name) => {
        const rule = readRule(name);
        const answers = await askSystemd(judge(), rule);
        if (isRecording) record(name, rule, judge().version, answers);
        else expect(answers).toBe(expectedOf(rule, judge().version));
      },
      60_000,
    );
  },
);

async function askSystemd(judge: Judge, rule: Rule): Promise<string> {
  judge.show(rule.root);
  const readings = await judge.ask(rule.root, rule.asked);
  const answers = new Map<string, ReturnType<typeof withoutBaseline>>();
  for (const unit of rule.asked) {
    const reading = readings.get(unit);
    if (reading) answers.set(unit, withoutBaseline(reading, await judge.baseline(reading.id)));
  }
  return printAnswers(answers);
}

function record(name: string, rule: Rule, version: number, answers: string): void {
  const expected = new Map(rule.expected);
  if (version === RECORDED) expected.set('any', answers);
  else if (expected.get('any') === answers) expected.delete(version);
  else expected.set(version, answers);
  writeFileSync(join(RULES, name), printRule({ ...rule, expected }));
}

function readRule(name: string): Rule {
  return parseRule(readFileSync(join(RULES, name), 'utf8'));
}

function writeImage(dir: string, rule: Rule): string {
  chmodSync(dir, 0o755); // for nobody, as whom it is read
  const image = join(dir, 'image');
  mkdirSync(image);
  writeRoot(image, rule.root);
  // As on the machine that systemd is asked on, /usr is merged.
  if (!existsSync(join(image, 'lib'))) symlinkSync('usr/lib', join(image, 'lib'));
  return image;
}
