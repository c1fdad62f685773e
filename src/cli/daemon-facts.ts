import type { DaemonFacts } from '../docker/evidence.js';
import { readDaemon } from '../firewalls/dockerd/daemon-json.js';
import type { Template } from '../firewalls/template.js';
import type { System } from '../system/system.js';
import { loadUnit } from '../units/loader.js';
import type { Io } from './io.js';
import { loadOptions } from './options.js';

/** How dockerd is configured, as far as its rules go: by its file, and by the flags of its unit. */
export function daemonFacts(system: System, { unit: name, daemonFile = '' }: Template, io: Io): DaemonFacts {
  const files = system.files();
  const daemon = readDaemon(files, loadUnit(files, name, loadOptions(system, io)), daemonFile);
  return {
    writesRules: daemon.writesRules,
    saidBy: daemon.saidBy,
    keepsContainers: daemon.keepsContainers === true,
    ip6tables: daemon.writesIp6Rules ?? null,
    usesNftables: daemon.ownTables !== undefined,
    usesProxy: daemon.usesProxy,
  };
}
