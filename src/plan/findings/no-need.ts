import type { Daemon } from '../../firewalls/dockerd/daemon-json.js';
import { backendOf, effectsOf } from '../../firewalls/effects.js';
import { isFirewall } from '../../firewalls/in-use.js';
import { DEFAULTS, loadings } from '../../firewalls/netfilter-persistent.js';
import { placeOf } from './cannot-start.js';
import type { Check, CheckContext, NothingContext } from './check.js';
import { daemonOf } from './docker.js';
import { info, type Report } from './finding.js';
import { isFirewallInSight, startsWith } from './firewall-side.js';
import { otherWipers } from './rivals.js';

/** With the firewall that this system uses, the unit needs nothing. */
export const noNeed: Check = {
  code: 'no-need',
  level: 'info',
  docs: {
    title: 'nothing has to be followed',
    meaning: "The firewall in use leaves Docker's rules alone, or Docker puts them back by itself.",
    wayOut: 'Nothing to do, unless a line of the firewall itself is named.',
    measured: ['test/lab/firewalls.test.ts'],
  },
  run: { nothing: nothingNeeded },
};

function nothingNeeded({ template, unit, choice }: NothingContext): Report[] {
  if (!choice) return [];
  const { noNeed: firewall, why, missedBy } = choice;
  if (missedBy)
    return [
      info(
        `${unit.id} has nothing to follow, but misses its firewall, ${firewall.unit} (${why}), at a boot: by Type=${missedBy.value} (${placeOf(missedBy)}) that counts as started before it is on D-Bus, where Docker asks for it`,
        `in a drop-in on ${firewall.unit}: [Service], Type=dbus, BusName=${firewall.busName ?? ''}`,
      ),
    ];
  return [
    info(
      `${unit.id} needs nothing here: the firewall is ${firewall.unit} (${why}), and ${firewall.why}`,
      `to make it follow another unit anyway: unit-patch ${template.name} --follow UNIT`,
    ),
  ];
}

/** dockerd that writes no rules has none to lose. */
export const dockerWritesNoRules: Check = {
  code: 'docker-writes-no-rules',
  level: 'info',
  docs: {
    title: 'Docker writes no rules',
    meaning:
      'Docker writes no firewall rules (`"iptables": false`, in daemon.json or as a flag), so it has none to lose.',
    wayOut: 'Nothing to do.',
  },
  run: {
    nothing: ({ unit, daemon }) => (daemon ? [writesNoRules(unit.id, daemon)] : []),
    follow: (context) => {
      const { files, template, unit, follow } = context;
      // Docker follows a mount or a database for another reason than its rules.
      const daemon = isFirewall(files, template, follow) ? daemonOf(context) : undefined;
      return daemon && !daemon.writesRules ? [writesNoRules(unit.id, daemon)] : [];
    },
  },
};

function writesNoRules(unit: string, { saidBy }: Daemon): Report {
  return info(
    `${unit} writes no firewall rules ("iptables": false, ${saidBy}), so a restart of the firewall takes none from it`,
    'nothing to do; to make it follow a unit anyway: --follow UNIT',
  );
}

/** Nothing has to follow a firewall that leaves the rules of others alone. */
export const rulesSurvive: Check = {
  code: 'rules-survive',
  level: 'info',
  docs: {
    title: "this firewall leaves Docker's rules alone",
    meaning: "A restart of this firewall leaves Docker's rules alone, as it is set up here.",
    wayOut: 'Nothing has to follow it.',
  },
  run: { follow: keepsRules },
};

function keepsRules(context: CheckContext): Report[] {
  const { template, unit, follow } = context;
  if (!isFirewallInSight(context) || !takesNothing(context)) return [];
  const [other] = otherWipers(context);
  return [
    info(
      `a restart of ${follow.id} takes no rule from ${unit.id} as it is set up here: ${whyNothing(context)}`,
      other
        ? `follow the one that does: unit-patch ${template.name} --follow ${other.unit.id}`
        : `as long as that stays so, ${unit.id} has to follow nothing; unit-patch compare ${template.name} says more`,
    ),
  ];
}

function takesNothing({ files, template, unit, follow }: CheckContext): boolean {
  const { restart, reload } = effectsOf(files, template, unit, follow);
  return restart === 'keeps' && reload !== 'wipes';
}

function whyNothing(context: CheckContext): string {
  const { files, template, unit, follow } = context;
  const known = template.noNeed.find((one) => one.unit === follow.id);
  const { saidBy } = backendOf(files, template, unit);
  if (saidBy !== undefined)
    return `${unit.id} keeps its rules in nftables tables of its own (${saidBy}), and ${follow.id} touches none of these`;
  if (known) return known.why;
  if (!startsWith(context, 'netfilter-persistent'))
    return 'what it loads, and its stop, touch its own rules only';
  return loadings(files)
    .map(({ rules, setting, state }) =>
      state === 'empty' ? `nothing to load in ${rules}` : `${setting}=yes (${DEFAULTS})`,
    )
    .join(', ');
}
