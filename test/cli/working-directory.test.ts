import { afterAll, expect, jest, test } from '@jest/globals';
import { withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

test('a working directory that was removed is not asked for', async () => {
  const root = makeRoot(withFirewall());
  const cwd = jest.spyOn(process, 'cwd').mockImplementation(() => {
    throw Object.assign(new Error('no such file or directory, uv_cwd'), { code: 'ENOENT' });
  });
  try {
    expect(await run(['docker', '--root', root, '--dry-run'])).toMatchObject({ status: 0 });
  } finally {
    cwd.mockRestore();
  }
});
