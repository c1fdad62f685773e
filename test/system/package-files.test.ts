import { describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { packageVersion, readTemplate, templateNames } from '../../src/system/package-files.js';

test("the version is package.json's", () => {
  expect(packageVersion()).toBe((fs.readJsonSync('package.json') as { version: string }).version);
});

describe('the templates', () => {
  test('are the directories of templates/, in the order of the alphabet', () => {
    expect(templateNames()).toContain('docker');
    expect(templateNames()).toEqual([...templateNames()].sort());
  });

  test.each(templateNames())('%s has a description and a text for each relation', (name) => {
    const template = readTemplate(name);
    expect(template.name).toBe(name);
    expect(template.description).toBe(fs.readFileSync(`templates/${name}/template.ini`, 'utf8'));
    for (const text of Object.values(template.texts)) expect(text).toContain('[Unit]');
  });

  test('have texts that serve any unit, without a name', () => {
    const { name, description, texts } = readTemplate();
    expect([name, description]).toEqual(['', undefined]);
    for (const text of Object.values(texts)) expect(text).toContain('[Unit]');
  });
});
