import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { availableParallelism } from 'node:os';
import { inThreads, serve } from '../../src/system/worker-threads.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** A program that does this with `task`, and may use `given` and `answer()`. */
function program(body: string): string {
  const file = `${makeRoot()}/program.cjs`;
  const head =
    "const { parentPort, workerData: given } = require('node:worker_threads');\n" +
    'const answer = (what) => parentPort.postMessage(what);\n';
  fs.writeFileSync(file, `${head}parentPort.on('message', (task) => { ${body} });\n`);
  return file;
}

const SLEEP = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)';

async function all(answers: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const answer of answers) found.push(answer);
  return found;
}

test('the answers come in the order of the tasks, whichever is ready first', async () => {
  const tasks = Array.from({ length: 40 }, (_, at) => at);
  const slow = program(`if (task % 3 === 0) ${SLEEP}; answer(given + task);`);
  expect(await all(inThreads(slow, 100, tasks))).toEqual(tasks.map((task) => 100 + task));
});

test('no task, no thread, no answer', async () => {
  expect(await all(inThreads('/nowhere', undefined, []))).toEqual([]);
});

test('a few tasks only are under way before an answer is taken, however many there are', async () => {
  const asked = new SharedArrayBuffer(4);
  const answers = inThreads(program('Atomics.add(new Int32Array(given), 0, 1); answer(task);'), asked, [
    ...Array(1000).keys(),
  ]);
  expect((await answers.next()).value).toBe(0);
  expect(Atomics.load(new Int32Array(asked), 0)).toBeLessThanOrEqual(3 * Math.min(availableParallelism(), 8));
  await answers.return(undefined);
});

test.each([
  ['throws', "if (task === 3) throw new Error('no luck'); answer(task);", 'no luck'],
  ['ends', 'if (task === 3) process.exit(7); answer(task);', 'a thread ended with 7'],
])('a thread that %s fails the whole', async (_, body, message) => {
  await expect(all(inThreads(program(body), undefined, [1, 2, 3, 4, 5]))).rejects.toThrow(message);
});

test('the main thread serves nobody', () => {
  const answerer = (): never => {
    throw new Error('asked');
  };
  expect(serve(answerer)).toBe(false);
});
