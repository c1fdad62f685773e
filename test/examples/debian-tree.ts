import fs from 'fs-extra';
import path from 'node:path';
import { mirror } from '../conformance/trees.js';
import { makeOnce } from '../lab/cache.js';
import { example } from './checkout.js';

// The script as it stands, but for what unit-patch does in it, which is to be seen at every run of the tests.
const BUILD = `
mkdir "$1/bin"
printf '#!/bin/sh\\n' >"$1/bin/npx"
chmod 755 "$1/bin/npx"
PATH="$1/bin:$PATH" sh -c "$2" debootstrap.sh "$1/tree" "$3"
rm -f "$1"/tree/var/cache/apt/archives/*.deb
`;

/** What debootstrap makes in the script of examples/image: a Debian 12 with docker and a firewall. Made once, and kept. */
export function debianTree(): string {
  const script = fs.readFileSync(path.join(example('image'), 'debootstrap.sh'), 'utf8');
  return `${makeOnce('example-debootstrap', BUILD, [script, mirror()])}/tree`;
}
