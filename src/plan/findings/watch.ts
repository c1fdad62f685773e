import { type Files, type RootPath, rootPath } from '../../files/files.js';
import { backendOf } from '../../firewalls/effects.js';
import type { Check, CheckContext } from './check.js';
import { daemonOf } from './docker.js';
import { info, refuse, type Report, warn } from './finding.js';
import { isFirewallInSight } from './firewall-side.js';
import { insteadOfWatch } from './ways-out.js';

/** There are no rules of iptables to be watched. */
export const watchNeedsIptables: Check = {
  code: 'watch-needs-iptables',
  level: 'refuse',
  // There would be nothing to look at.
  mayBeForced: false,
  relations: ['watch'],
  docs: {
    title: 'Docker writes no rules of iptables here',
    meaning:
      'Docker writes no rules (`"iptables": false`), or tables of nftables (`"firewall-backend": "nftables"`), and the watch only knows rules of iptables.',
    wayOut: 'Without rules there is nothing to do; with the nftables backend choose `--relation hook`.',
    measured: ['test/lab/harm-by-watch.test.ts'],
  },
  run: { follow: whyNoRules },
};

function whyNoRules(context: CheckContext): Report[] {
  const { files, template, unit } = context;
  const daemon = daemonOf(context);
  if (daemon && !daemon.writesRules)
    return [
      refuse(
        `${unit.id} writes no firewall rules ("iptables": false, ${daemon.saidBy})`,
        'nothing to do: there are no rules to watch',
      ),
    ];
  const { backend, saidBy = '' } = backendOf(files, template, unit);
  if (backend !== 'nftables') return [];
  return [
    refuse(
      `${unit.id} keeps its rules in nftables tables of its own (${saidBy}), which the watch does not know`,
      insteadOfWatch(context, watchNeedsIptables.code),
    ),
  ];
}

/** What a node of a swarm writes down while it belongs to one, below Docker's own directory. */
const SWARM = 'swarm/docker-state.json';

/** A swarm changes rules that no container of this machine explains. */
export const watchSwarm: Check = {
  code: 'watch-swarm',
  level: 'refuse',
  mayBeForced: true,
  relations: ['watch'],
  docs: {
    title: 'this machine belongs to a swarm',
    meaning:
      'Docker changes the rules of a swarm without any container here, so the watch would put back what Docker removed: a port that a service has closed is open again.',
    wayOut: 'Choose `--relation hook`.',
    measured: ['test/lab/harm-by-watch.test.ts'],
  },
  run: { follow: inSwarm },
};

function inSwarm(context: CheckContext): Report[] {
  const state = rootPath(`${daemonOf(context)?.dataRoot ?? '/var/lib/docker'}/${SWARM}`);
  if (!isThere(context.files, state)) return [];
  return [
    refuse(
      `this machine belongs to a swarm (${state}), whose rules change without any container here`,
      insteadOfWatch(context, watchSwarm.code),
    ),
  ];
}

function isThere(files: Files, path: RootPath): boolean {
  try {
    return files.follow(path).info !== undefined;
  } catch {
    // Only root may look there.
    return false;
  }
}

/** The firewall leaves Docker's rules alone, so the watch has little to do. */
export const watchIdle: Check = {
  code: 'watch-idle',
  level: 'info',
  relations: ['watch'],
  docs: {
    title: 'the watch has little to do here',
    meaning: "The firewall in use leaves Docker's rules alone, so only changes made outside it remove them.",
    wayOut: 'Nothing to do.',
  },
  run: { follow: whyIdle },
};

function whyIdle(context: CheckContext): Report[] {
  const { template, follow } = context;
  const known = isFirewallInSight(context) && template.noNeed.find(({ unit }) => unit === follow.id);
  if (!known || context.courses.stage.effects?.restart !== 'keeps') return [];
  return [
    info(
      `the watch does nothing at a restart of ${follow.id}: ${known.why}`,
      'it still puts back what iptables -F or a script removes',
    ),
  ];
}

/** A hook restarts Docker all the same. */
export const watchWithHook: Check = {
  code: 'watch-with-hook',
  level: 'warn',
  relations: ['watch'],
  docs: {
    title: 'a hook restarts Docker all the same',
    meaning:
      'A hook of unit-patch on another firewall restarts Docker, though the watch would have put the rules back.',
    wayOut: 'Remove the hook: `unit-patch revert docker`, and plan the watch again.',
  },
  run: {
    follow: ({ ownFiles, stale, template, unit }) =>
      ownFiles
        .hooksBeside(stale)
        .map(({ path, unit: other }) =>
          warn(
            `${path} restarts ${unit.id} whenever ${other} is restarted, though the watch puts the rules back`,
            `sudo unit-patch revert ${template.name}, and then this again`,
          ),
        ),
  },
};

/** The files are there, but nothing watches. */
export const watchInactive: Check = {
  code: 'watch-inactive',
  level: 'warn',
  docs: {
    title: 'the watch is not running',
    meaning: 'Docker runs, and the service that should watch its rules does not.',
    wayOut: 'Nothing to do: unit-patch starts it.',
    measured: ['test/lab/watch.test.ts'],
  },
  run: {
    inactive: ({ why, service }) => [
      warn(
        `nothing watches Docker's rules: ${why}`,
        `sudo systemctl start ${service}; journalctl -u ${service}`,
      ),
    ],
  },
};
