import type { DaemonFacts } from '../firewalls/dockerd/daemon-json.js';
import type { Heal, Relation } from '../firewalls/template.js';
import type { Event } from '../plan/events.js';
import type { RealName } from '../units/unit.js';
import type { JournalEvent } from './journal.js';
import type { RuleSet } from './rules.js';
import type { Trigger } from './triggers.js';
import type { UnitState } from './unit-times.js';

/**
 * How many there are of something.
 * @minimum 0
 */
export type Count = number;

/** One of docker's networks, as far as its rules go. */
export interface Network {
  /** its name */
  readonly name: string;
  /** the bridge's interface */
  readonly bridge: string;
  /** its addresses */
  readonly subnets: readonly string[];
  readonly internal: boolean;
  readonly masquerades: boolean;
  /** whether its containers may talk to each other */
  readonly icc: boolean;
  /** routed to by others, and not translated: gateway_mode of docker 27 and later */
  readonly routed: boolean;
  readonly ipv6: boolean;
  /** known by its interface only: the daemon does not answer */
  readonly guessed: boolean;
}

/** A port of a container that is reached through one of this machine's. */
export interface PublishedPort {
  readonly protocol: string;
  readonly port: string;
  /** empty, or all zeros, for every address */
  readonly hostAddress: string;
  readonly hostPort: string;
}

/** A container that runs. */
export interface Container {
  readonly name: string;
  readonly restartPolicy: string;
  /** docker also lists one that dies again and again, and is about to be started once more */
  readonly isRunning: boolean;
  /** as docker writes it; empty if it is not known */
  readonly startedAt: string;
  readonly addresses: readonly { readonly network: string; readonly address: string }[];
  readonly ports: readonly PublishedPort[];
}

/** Whether docker would be restarted along with its firewall. */
export interface Protection {
  /** the answer */
  readonly state: 'protected' | 'unprotected' | 'not-needed' | 'no-firewall' | 'unknown';
  /** the unit that docker follows, or should */
  readonly follow: string | null;
  /** what is missing, or why nothing has to be done */
  readonly text: string;
  /** each relation by which docker could follow that unit; missing in old evidence, or if there is no such unit */
  readonly relations?: readonly RelationState[];
  /** what watches docker's rules; missing if there is nothing of ours */
  readonly watch?: WatchedBy;
}

/** The service that watches docker's rules. */
export interface WatchedBy {
  /** its name */
  readonly service: string;
  /** how it brings them back */
  readonly heal: Heal;
}

/** The state of a relation on this machine. */
export interface RelationState {
  readonly relation: Relation;
  /** `refused`: unit-patch would not write it here */
  readonly state: 'in-force' | 'missing' | 'refused';
  /** the events on the followed unit after which docker has its rules */
  readonly covers: readonly Event[];
}

/** A line that systemd wrote to the journal. */
export interface JournalLine {
  /** seconds since the epoch */
  readonly time: number;
  readonly text: string;
}

/** How the service stands that watches docker's rules, and what it has written today. */
export interface WatchState {
  /** its name */
  readonly service: string;
  /** as systemd shows it */
  readonly unit: UnitState;
  /** its lines of today, the oldest first */
  readonly lines: readonly JournalLine[];
}

/** How a question was answered. */
export interface Answered {
  /** the name of the file that has the answer, beside this one */
  readonly file: string;
  /** what the command ended with; null if it did not end by itself */
  readonly status: number | null;
  /** the characters of the answer, so that a cut one is seen */
  readonly length: Count;
  /** why there is no answer; empty if there is one */
  readonly why: string;
}

/**
 * The table of contents: evidence.json, as `unit-patch doctor NAME --save DIR` writes it and `--from DIR` reads it.
 * @title The contents of saved evidence
 */
export interface Contents {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/evidence@1';
  /** the unit whose rules are looked at */
  readonly unit: RealName;
  /**
   * when, in ISO 8601
   * @pattern ^\d{4}-\d\d-\d\dT
   */
  readonly taken: string;
  /** every question, and how it was answered */
  readonly files: readonly Answered[];
}

/** All that a diagnosis rests on. */
export interface Evidence {
  readonly unit: string;
  readonly rules: { readonly ip: RuleSet; readonly ip6: RuleSet };
  /** `nft list ruleset` if docker uses nftables itself */
  readonly nft: string | undefined;
  readonly daemonAnswers: boolean;
  /** 0 if the daemon does not answer */
  readonly majorVersion: number;
  readonly networks: readonly Network[];
  readonly containers: readonly Container[];
  readonly daemon: DaemonFacts;
  readonly units: readonly UnitState[];
  readonly journal: readonly JournalLine[];
  /**
   * the jobs of firewalls that ended since the boot, by the journal; undefined if it was not asked or gave no answer
   */
  readonly jobs: readonly JournalEvent[] | undefined;
  /** who acted on a firewall since docker came up */
  readonly triggers: readonly Trigger[];
  readonly protection: Protection;
  /** the service that watches docker's rules; undefined if there is none, or it was not asked about */
  readonly watch: WatchState | undefined;
}
