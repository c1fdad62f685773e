import { describe, expect, test } from '@jest/globals';
import { asRoot, typed } from '../../src/report/typed.js';

const WEB1 = { host: 'root@web1', sudo: false };
const BY_SUDO = { host: 'ann@web1', sudo: true };

describe('commands that a person types', () => {
  test('here, as root', () => {
    expect(asRoot('systemctl enable x && systemctl start x')).toBe(
      'sudo systemctl enable x && sudo systemctl start x',
    );
    expect(typed('run `sudo unit-patch doctor docker`', undefined)).toBe(
      'run `sudo unit-patch doctor docker`',
    );
  });

  test.each([
    ['Undo  sudo unit-patch revert docker', 'Undo  unit-patch -H root@web1 revert docker'],
    ['run `sudo systemctl restart docker`', 'run `ssh root@web1 systemctl restart docker`'],
    ['pseudo systemctl', 'pseudo systemctl'],
  ])('for another machine: %s', (text, expected) => {
    expect(typed(text, WEB1)).toBe(expected);
    expect(asRoot(typed(text, WEB1))).toBe(expected);
  });

  test('by sudo there', () => {
    expect(typed('sudo unit-patch docker; sudo systemctl restart docker', BY_SUDO)).toBe(
      'unit-patch -H ann@web1 --sudo docker; ssh ann@web1 sudo systemctl restart docker',
    );
  });
});
