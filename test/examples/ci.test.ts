import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { checkout, type Outcome, pathWith, runIn } from './checkout.js';
import { githubScript, gitlabJob, gitlabScript, pipelineText, workflow } from './pipelines.js';
import { shownCommands } from './readme.js';

afterAll(removeTrees);

const TIME = 60_000;
const UNIT = 'image/usr/lib/systemd/system';
const LEFT =
  'docker.service: missing: Requires=netfilter-persistent.service After=netfilter-persistent.service\n';

/** The content of the repository when the request is made, and the expected result of its job. */
const requests = [
  {
    title: 'a tree where something is left',
    change: () => undefined,
    status: 1,
    says: LEFT,
    comment: /^\+Requires=netfilter-persistent\.service$/m,
  },
  {
    title: 'a tree where all is in force',
    change: (directory: string) => {
      const args = ['node_modules/.bin/unit-patch', 'docker', '--root', 'image', '--yes'];
      expect(spawnSync(process.execPath, args, { cwd: directory }).status).toBe(0);
    },
    status: 0,
    says: 'docker.service: in force, it follows netfilter-persistent.service\n',
    comment: /in force/,
  },
  {
    title: 'a tree whose firewall would not stay up',
    change: (directory: string) => {
      const file = path.join(directory, UNIT, 'netfilter-persistent.service');
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('RemainAfterExit=yes\n', ''));
    },
    status: 3,
    says: 'docker.service: refused, followed-not-staying\n',
    comment: /followed-not-staying/,
  },
] as const;

/** The repository in which a job finds itself. */
function request(change: (directory: string) => void): string {
  const directory = checkout({ image: 'debian-12' });
  change(directory);
  return directory;
}

describe('examples/ci/github.yml', () => {
  test('is a workflow by the rules of GitHub’s own parser', () => {
    const program = execFileSync('node_modules/.bin/esbuild', [
      'test/examples/github-rules.js',
      ...['--bundle', '--platform=node', '--format=cjs'],
    ]);
    const complaints = (text: string): string =>
      execFileSync(process.execPath, ['-', text], { input: program, encoding: 'utf8' }).trim();
    const text = pipelineText('github.yml');
    expect(complaints(text)).toBe('[]');
    expect(complaints(text.replace('runs-on', 'run-on'))).toContain("Unexpected value 'run-on'");
    expect(complaints(text.replace('github.token', 'gitub.token'))).toContain('gitub');
  });

  test('runs if a pull request changes the tree that it looks at', () => {
    const { on, env } = workflow();
    expect(on).toEqual({ pull_request: { paths: [`${env.ROOT ?? ''}/**`] } });
  });

  // In the place of GitHub's own client: keeps what it is called with, and the comment.
  const gh = '#!/bin/sh\nprintf "%s\\n" "$GH_TOKEN" "$@" >posted.args\ncat "$5" >posted.md\n';

  test.each(requests)(
    '$title: posts the plan, and ends with $status',
    async ({ change, status, says, comment }) => {
      const directory = request(change);
      const script = githubScript({ 'github.token': 'a-token', 'github.event.pull_request.number': '7' });
      const ended = await runIn(directory, ['bash', '-c', script], { PATH: pathWith({ gh }) });
      expect(ended).toMatchObject({ status, stdout: says });
      expect(fs.readFileSync(path.join(directory, 'posted.args'), 'utf8').trimEnd().split('\n')).toEqual([
        'a-token',
        ...['pr', 'comment', '7', '--body-file', 'comment.md', '--edit-last', '--create-if-none'],
      ]);
      expect(fs.readFileSync(path.join(directory, 'posted.md'), 'utf8')).toMatch(comment);
    },
    TIME,
  );

  test(
    'a tree that check cannot judge gets no comment',
    async () => {
      const directory = request((place) => {
        fs.removeSync(path.join(place, UNIT, 'docker.service'));
      });
      const script = githubScript({ 'github.token': 'a-token', 'github.event.pull_request.number': '7' });
      const { status, stdout } = await runIn(directory, ['bash', '-c', script], { PATH: pathWith({ gh }) });
      expect(status).toBe(2);
      expect(stdout).toContain('docker.service: cannot tell, there is no docker.service in ');
      expect(fs.existsSync(path.join(directory, 'posted.args'))).toBe(false);
    },
    TIME,
  );
});

const whyNoCurl = spawnSync('curl', ['--version']).error ? 'the job for GitLab needs curl' : undefined;

describeWhere(whyNoCurl, 'examples/ci/gitlab.yml', () => {
  test('runs if a merge request changes the tree that it looks at', () => {
    const { rules, variables, ...rest } = gitlabJob();
    expect(rules).toEqual([
      { if: '$CI_PIPELINE_SOURCE == "merge_request_event"', changes: [`${variables.ROOT ?? ''}/**/*`] },
    ]);
    expect(Object.keys(rest)).toEqual(['image', 'script']);
  });

  test.each(requests)(
    '$title: posts the plan, and ends with $status',
    async ({ change, status, says, comment }) => {
      const { ended, posts } = await gitlab(request(change), 201);
      expect(ended).toMatchObject({ status, stdout: says });
      expect(posts).toHaveLength(1);
      expect(posts[0]).toMatchObject({
        target: 'POST /api/v4/projects/12/merge_requests/7/notes',
        token: 'a-token',
      });
      expect(posts[0]?.body).toMatch(comment);
    },
    TIME,
  );

  test(
    'a comment that GitLab does not take fails the job',
    async () => {
      const { ended } = await gitlab(
        request(() => undefined),
        403,
      );
      expect(ended.status).not.toBe(0);
      expect(ended.stderr).toContain('403');
    },
    TIME,
  );
});

interface Post {
  readonly target: string;
  readonly token: unknown;
  readonly body: string | null;
}

/** Runs the job against a server of our own in the place of GitLab's. */
async function gitlab(directory: string, answer: number): Promise<{ ended: Outcome; posts: Post[] }> {
  const posts: Post[] = [];
  const server = createServer((asked, response) => {
    let form = '';
    asked.on('data', (data: Buffer) => (form += data.toString()));
    asked.on('end', () => {
      posts.push({
        target: `${asked.method ?? ''} ${asked.url ?? ''}`,
        token: asked.headers['private-token'],
        body: new URLSearchParams(form).get('body'),
      });
      response.writeHead(answer).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const ended = await runIn(directory, ['bash', '-c', gitlabScript()], {
      CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
      CI_PROJECT_ID: '12',
      CI_MERGE_REQUEST_IID: '7',
      UNIT_PATCH_TOKEN: 'a-token',
      no_proxy: '127.0.0.1',
    });
    return { ended, posts };
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test('the README shows the two commands that both jobs run, and what the second one says', () => {
  const [plan, check] = shownCommands('ci');
  for (const text of [pipelineText('github.yml'), pipelineText('gitlab.yml')])
    for (const { command } of [plan, check].filter((shown) => shown !== undefined))
      expect(text).toContain(command.replace('image', '"$ROOT"'));
  expect(check?.output).toBe(LEFT);
});
