import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import type { Item } from '../helpers/tree.js';

/** Makes something at a place that a Tree has no word for. */
export type Make = (place: string) => void;

/** Paths inside a root to what stands there; made in this order. */
export type HostileTree = Readonly<Record<string, Item | Make>>;

export const fifo: Make = (place) => execFileSync('mkfifo', [place]);

/** A socket that nobody listens at: its maker was killed before it could remove it. */
export const socket: Make = (place) => {
  const script = `net.createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script, place]);
  if (!fs.lstatSync(place).isSocket()) throw new Error(`${place} is no socket`);
};

/** A twin of a device of the machine: `c 1 5` is /dev/zero. It takes root to make one. */
export const device =
  (kind: 'b' | 'c', major: number, minor: number): Make =>
  (place) =>
    execFileSync('mknod', [place, kind, String(major), String(minor)]);

/** Another name of a file that stands outside. */
export const hardLink =
  (to: string): Make =>
  (place) => {
    fs.linkSync(to, place);
  };

/** A file that says it is so large, and holds nothing but zeros that take no place. */
export const sparse =
  (bytes: number, text = ''): Make =>
  (place) => {
    fs.writeFileSync(place, text);
    fs.truncateSync(place, bytes);
  };

/** A file of so many bytes at least: `text` again and again. */
export const large =
  (bytes: number, text: string, head = ''): Make =>
  (place) => {
    const block = Buffer.from(text.repeat(Math.ceil(Math.min(bytes, 1 << 20) / text.length)));
    const file = fs.openSync(place, 'wx');
    fs.writeSync(file, head);
    for (let written = 0; written < bytes; written += block.length) fs.writeSync(file, block);
    fs.closeSync(file);
  };

/** A link whose text is bytes that are not UTF-8. */
export const linkOfBytes =
  (target: Uint8Array): Make =>
  (place) => {
    fs.symlinkSync(Buffer.from(target), place);
  };

/** Files whose names are bytes, in a directory. */
export const filesOfBytes =
  (files: readonly (readonly [name: Uint8Array, text: string])[]): Make =>
  (place) => {
    fs.ensureDirSync(place);
    for (const [name, text] of files) fs.writeFileSync(Buffer.concat([Buffer.from(`${place}/`), name]), text);
  };
