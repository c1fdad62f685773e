import { test } from '@jest/globals';
import { Judge, withoutBaseline } from './judge.js';
import { file, link } from './root.js';
import { printRoot } from './txtar.js';
test('try', async () => {
  for (const base of ['/', process.env['HOME'] + '/.cache/unit-patch/trees/trixie', process.env['HOME'] + '/.cache/unit-patch/trees/bullseye']) {
    let judge;
    try { judge = await Judge.open(base); } catch (e) { console.log(String(e)); continue; }
    const root = [
      file('etc/systemd/system/foo.service', '[Unit]\nAfter=a.service b.timer\n[Service]\nExecStart=/bin/true\n'),
      link('etc/systemd/system/al.service', 'foo.service'),
      file('etc/systemd/system/foo.service.d/a.conf', '[Unit]\nAfter=a.service b.timer\n[Service]\nExecStart=/bin/true\n'),
    ];
    judge.show(root);
    const t = Date.now();
    for (let i = 0; i < 100; i++) { judge.show(root); await judge.ask(root, ['foo.service']); }
    const a = await judge.ask(root, ['foo.service', 'al.service', 'x.service']);
    const b = await judge.baseline('foo.service');
    console.log(judge.version, (Date.now() - t) / 100, JSON.stringify([...a], null, 1), printRoot(root), b.dependencies);
    for (const u of ['a-b.slice', 'x.target', 'dev-x.device', 'dev-x.swap','x-y.mount', 'x.timer', 'a.path', 'x@i.service', 'x.automount','foo.socket']) console.log(u, JSON.stringify(await judge.baseline(u)));
    await judge.close();
  }
}, 60000);
