// What systemd makes of these depends on the order in which it happens to load units, so no reading
// of the files can tell: they are taken out of random roots. SYSTEMD's own corners 11 and 31.
import { directoryNames } from '../../src/units/name.js';
import { OUTSIDE } from './pools.js';
import { baseName, type Entry, isUnit, type Root, templateOf } from './root.js';

const IN_DIRECTORY = /([^/]+)\.(d|wants|requires|upholds)\/([^/]+)$/;

/** Takes out of a root what its files alone do not decide. */
export function decided(root: Root): Root {
  const first = root.filter((entry, i) => root.findIndex(({ path }) => path === entry.path) === i);
  return withoutRivalDropIns(withoutExplosions(withoutNamesOfFragments(withoutAliasesOfMasks(first))));
}

// Templates that name each other's instances with longer and longer names go on until a name is full; with
// two ways to make it longer they are too many for any systemd.
function withoutExplosions(root: Root): Root {
  const grows = root.some((entry) => entry.kind === 'file' && entry.bytes.includes('@a%i'));
  return grows
    ? rewrite(
        root,
        () => true,
        (text) => text.replace(/@%[nN]/g, '@%i'),
      )
    : root;
}

// Of two aliases with a drop-in of one name, the one that systemd's random hash puts first lends it.
function withoutRivalDropIns(root: Root): Root {
  const aliases = root.filter((entry) => entry.kind === 'link' && isUnit(entry)).map(nameOf);
  const lenders = new Map<string, string>();
  return root.filter((entry) => {
    const [, owner = '', suffix = '', file = ''] = IN_DIRECTORY.exec(entry.path) ?? [];
    const lender = aliases.find((alias) => directoryNames(alias).includes(owner));
    if (lender === undefined) return true;
    const known = lenders.get(`${suffix}/${file}`) ?? lender;
    lenders.set(`${suffix}/${file}`, known);
    return known === lender;
  });
}

// A masked unit takes an alias as its name only when it is loaded by the alias first.
function withoutAliasesOfMasks(root: Root): Root {
  const masks = new Set(root.filter((entry) => isUnit(entry) && mayMask(root, entry)).map(nameOf));
  return root.filter((entry) => {
    if (entry.kind !== 'link' || !isUnit(entry)) return true;
    const aliased = baseName(entry.target);
    return aliased === nameOf(entry) || !(masks.has(aliased) || masks.has(templateOf(aliased)));
  });
}

function mayMask(root: Root, entry: Entry, hops = 0): boolean {
  if (entry.kind === 'file') return entry.bytes.length === 0;
  if (entry.kind === 'dir') return false;
  if (entry.target.endsWith('dev/null')) return true;
  const behind = root.find(({ path }) => path === `${OUTSIDE.units}/${baseName(entry.target)}`);
  if (!entry.target.includes(OUTSIDE.units) || behind === undefined || hops > 8) return false;
  return mayMask(root, behind, hops + 1);
}

// A fragment is read once for every name by which its unit is loaded, and speaks for that name.
function withoutNamesOfFragments(root: Root): Root {
  if (!root.some((entry) => entry.kind === 'link' && isUnit(entry))) return root;
  const isFragment = (entry: Entry): boolean => isUnit(entry) || entry.path.startsWith(`${OUTSIDE.units}/`);
  return rewrite(root, isFragment, (text) => text.replace(/%[nNpj]/g, '%i').replace(/@(?:%i)?\./g, '@i.'));
}

function rewrite(root: Root, isMeant: (entry: Entry) => boolean, change: (text: string) => string): Root {
  return root.map((entry) => {
    if (entry.kind !== 'file' || !isMeant(entry)) return entry;
    return { ...entry, bytes: Buffer.from(change(entry.bytes.toString('latin1')), 'latin1') };
  });
}

function nameOf({ path }: Entry): string {
  return baseName(path);
}
