/** Image roots made of Debian packages, with the links that installing them makes. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { output, type Packages, unitsEnabledOnInstall, unpack } from './debian.js';

/** An empty root with a merged /usr, in the temporary directory; the caller removes it. */
export function emptyRoot(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-root-'));
  fs.chmodSync(root, 0o755);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    fs.mkdirSync(path.join(root, 'usr', name), { recursive: true });
    fs.symlinkSync(`usr/${name}`, path.join(root, name));
  }
  return root;
}

/**
 * Installs packages as one run of apt does: unpack all of them, then do what each postinst does about systemd.
 * The order matters: a drop-in with `Alias=` counts only if it is unpacked by then. `members` (tar wildcards)
 * unpacks only part of them.
 */
export function install(
  root: string,
  packages: Packages,
  names: readonly string[],
  members: readonly string[] = [],
): void {
  const debs = names.map((name) => packages.get(name) ?? missing(name));
  for (const deb of debs) unpack(deb, root, members);
  for (const deb of debs) {
    for (const unit of unitsEnabledOnInstall(deb)) {
      output('deb-systemd-helper', ['enable', unit], { DPKG_ROOT: root, DPKG_MAINTSCRIPT_PACKAGE: 'test' });
    }
  }
}

/** A copy to change: unpacking docker.io again takes far longer. */
export function copyRoot(root: string): string {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-root-'));
  output('cp', ['--archive', '--reflink=auto', `${root}/.`, copy]);
  return copy;
}

/** Removes what {@link emptyRoot} and {@link copyRoot} made. */
export function removeRoot(root: string): void {
  fs.rmSync(root, { recursive: true, force: true });
}

/** What the administrator does with `systemctl enable`. */
export function enable(root: string, unit: string): void {
  // Without it systemctl runs update-rc.d inside the root for a package with an init script.
  output('systemctl', [`--root=${root}`, 'enable', unit], { SYSTEMCTL_SKIP_SYSV: '1' });
}

/** Writes a file of the image; the path counts from the root. */
export function write(root: string, file: string, text: string): void {
  const target = path.join(root, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
}

/** Paths of everything below the root, sorted. */
export function tree(root: string): string[] {
  return output('find', [root, '-printf', '%P\\n']).split('\n').sort();
}

/** Changes whenever anything below the root was written, renamed or touched, even with the same content. */
export function fingerprint(root: string): string {
  const format = '%P %y %m %U:%G %i %s %T@ %C@ %l\\n';
  return output('find', [root, '-printf', format]).split('\n').sort().join('\n');
}

function missing(name: string): never {
  throw new Error(`${name} was not fetched`);
}
