// Stands for systemctl on a host that boots no systemd, whose root is the first argument. As in systemd, what it shows
// is what the last daemon-reload has loaded, and not what is on the disk now. It does nothing else.
import { appendFileSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
// The whole library takes longer to load than all else here.
import { openRoot } from '../../dist/files/open-root.js';
import { loadUnit } from '../../dist/units/loader.js';

const [root, ...args] = process.argv.slice(2);
const inRoot = (name) => path.join(root, name);
appendFileSync(inRoot('systemctl.log'), `${args.join(' ')}\n`);

const [verb, ...rest] = args;
if (verb === 'daemon-reload') reload();
else if (verb === 'show') show(rest.filter((word) => !word.startsWith('-')));
else throw new Error(`nothing here can ${verb}`);

/** A host may have a file named "deaf": nothing new is loaded there, as if systemd might not read its files. */
function reload() {
  if (existsSync(inRoot('deaf'))) return;
  rmSync(inRoot('loaded'), { recursive: true, force: true });
  for (const place of ['etc/systemd/system', 'usr/lib/systemd/system'])
    cpSync(inRoot(place), inRoot(`loaded/${place}`), { recursive: true, verbatimSymlinks: true });
}

/** Prints units as `systemctl show --property=…` does; without --all older releases leave out what is empty. */
function show(names) {
  const wanted = rest.find((word) => word.startsWith('--property=')).slice('--property='.length);
  const paragraphs = names.map((name) => {
    const values = propertiesOf(loadUnit(openRoot(inRoot('loaded')), name));
    const lines = wanted.split(',').map((key) => `${key}=${values[key] ?? ''}`);
    return lines.filter((line) => rest.includes('--all') || !line.endsWith('=')).join('\n');
  });
  console.log(paragraphs.join('\n\n'));
}

function propertiesOf(unit) {
  const values = {
    Id: unit.id,
    LoadState: unit.loadState,
    UnitFileState: unitFileState(unit),
    DropInPaths: unit.dropIns.join(' '),
  };
  for (const { type, unit: other } of unit.dependencies)
    values[type] = values[type] === undefined ? other : `${values[type]} ${other}`;
  return values;
}

function unitFileState(unit) {
  if (unit.loadState !== 'loaded') return unit.loadState === 'masked' ? 'masked' : '';
  const links = readdirSync(inRoot('loaded/etc/systemd/system'), { recursive: true });
  return links.some((link) => link.endsWith(`.wants/${unit.id}`)) ? 'enabled' : 'disabled';
}
