import { describe, expect, test } from '@jest/globals';
import { baseName, inDirectory, parentOf, rootPath } from '../../src/files/files.js';

describe('a path inside a root', () => {
  test('is absolute', () => {
    expect(rootPath('/etc')).toBe('/etc');
    expect(() => rootPath('etc')).toThrow(TypeError);
    expect(() => rootPath('')).toThrow(TypeError);
  });

  test('has a parent, which for the top is the top', () => {
    expect(parentOf(rootPath('/etc/systemd/system'))).toBe('/etc/systemd');
    expect(parentOf(rootPath('/etc'))).toBe('/');
    expect(parentOf(rootPath('/'))).toBe('/');
  });

  test('has a last component', () => {
    expect(baseName('/etc/systemd/a.service')).toBe('a.service');
    expect(baseName('a.service')).toBe('a.service');
  });

  test('is made of a directory and a name, without a double slash at the top', () => {
    expect(inDirectory(rootPath('/etc'), 'a')).toBe('/etc/a');
    expect(inDirectory(rootPath('/'), 'a')).toBe('/a');
  });
});
