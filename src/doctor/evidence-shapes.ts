import { hasMembers, isCount, isFlag, isListOf, isOneOf, isText, orNull } from './shapes.js';

/** The table of contents. */
export const CONTENTS_SHAPE = hasMembers({
  schema: isOneOf('unit-patch/evidence@1'),
  unit: isText,
  taken: isText,
  files: isListOf(hasMembers({ file: isText, status: orNull(isCount), length: isCount, why: isText })),
});

/** How dockerd is configured. */
export const DAEMON_SHAPE = hasMembers({
  writesRules: isFlag,
  saidBy: isText,
  keepsContainers: isFlag,
  ip6tables: orNull(isFlag),
  usesNftables: isFlag,
  usesProxy: isFlag,
});

/** Whether docker follows its firewall. */
export const PROTECTION_SHAPE = hasMembers(
  {
    state: isOneOf('protected', 'unprotected', 'not-needed', 'no-firewall', 'unknown'),
    follow: orNull(isText),
    text: isText,
  },
  { relations: isListOf(hasMembers({ relation: isText, state: isText, covers: isListOf(isText) })) },
);

/** A network, a line of its file. */
export const NETWORK_SHAPE = hasMembers({
  name: isText,
  id: isText,
  driver: isText,
  internal: isFlag,
  ipv6: isFlag,
  subnets: orNull(isListOf(orNull(isText))),
});

/** A container, a line of its file. */
export const CONTAINER_SHAPE = hasMembers({
  name: isText,
  addresses: isListOf(orNull(hasMembers({ network: isText, addresses: isListOf(orNull(isText)) }))),
});
