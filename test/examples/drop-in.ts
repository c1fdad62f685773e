import fs from 'fs-extra';
import path from 'node:path';
import { OURS } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { addTo, makeRoot } from '../helpers/tree.js';
import { example } from './checkout.js';

/** The text that unit-patch writes if it finds a root as examples/debian-12 is. */
export const debianDropIn = (): Promise<string> => written(debianRoot());

const PLUGINS = '/usr/share/netfilter-persistent/plugins.d';

/** The same in an image just built from packages: netfilter-persistent has no rules to load yet, so it wipes none. */
export function newImageDropIn(): Promise<string> {
  const root = debianRoot();
  fs.removeSync(path.join(root, 'etc/iptables/rules.v4'));
  addTo(root, {
    [`${PLUGINS}/15-ip4tables`]: '#!/bin/sh\n# IPTABLES_RESTORE_NOFLUSH\n',
    [`${PLUGINS}/25-ip6tables`]: '#!/bin/sh\n# IP6TABLES_RESTORE_NOFLUSH\n',
  });
  return written(root);
}

/** The text that has been written in a root. */
export const dropInOf = (root: string): string => fs.readFileSync(path.join(root, OURS), 'utf8');

function debianRoot(): string {
  const root = makeRoot();
  fs.copySync(example('debian-12'), root);
  return root;
}

async function written(root: string): Promise<string> {
  const { status, err } = await run(['docker', '--root', root, '--yes']);
  if (status !== 0) throw new Error(err);
  return dropInOf(root);
}
