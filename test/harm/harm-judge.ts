import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import type { Relation } from '../../src/firewalls/template.js';
import { dropInText } from '../../src/plan/drop-in-text.js';
import { wantedBy } from '../../src/plan/drop-in.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import type { PlanOptions } from '../../src/plan/request.js';
import { parseDump, type Reading } from '../conformance/dump.js';
import { type Entry, file, link, type Root } from '../conformance/root.js';
import { SystemdSandbox } from '../conformance/systemd-sandbox.js';
import { OURS } from '../helpers/docker.js';
import type { Tree } from '../helpers/tree.js';
import type { Question } from './case.js';
import { type Doings, type Harm, harmOf } from './change.js';
import { readTransaction, type Transaction } from './transaction.js';

/** What is asked of a root. */
type Asked = Pick<Question, 'follow' | 'relation'>;

const TEMPLATE = findTemplate('docker');

/** What the tool says of a root; refusals of the codes in `force` are overridden. */
export function planOf(
  image: string,
  { follow = 'iptables.service', relation = 'requires' }: Asked,
  force: readonly string[] = [],
  options: PlanOptions = {},
): Plan {
  const request = { template: TEMPLATE, follow, relation, force };
  return planPatch(openRoot(image), request, options);
}

/** Shows one version of systemd roots with and without the drop-in, and says what the drop-in does there. */
export class HarmJudge {
  private constructor(
    private readonly sandbox: SystemdSandbox,
    /** The version of systemd that answers, as its first number. */
    readonly version: number,
  ) {}

  /** Opens a judge with the systemd of a tree; `/` is this machine's own. Close it in the end. */
  static async open(base: string): Promise<HarmJudge> {
    const sandbox = await SystemdSandbox.open(base);
    return new HarmJudge(sandbox, await sandbox.version());
  }

  /** Puts up a root. */
  show(tree: Tree): void {
    this.sandbox.fill(entriesOf(tree));
  }

  /** What the tool says of the root on show, which it reads as this version of systemd does. */
  plan(asked: Asked, force: readonly string[] = []): Plan {
    return planOf(this.sandbox.image, asked, force, { systemd: this.version });
  }

  /** What systemd does with the root on show. */
  async doings(): Promise<Doings> {
    return { boot: await this.boot(), start: await this.start() };
  }

  /** What it does at boot. */
  async boot(): Promise<Transaction> {
    return readTransaction(await this.sandbox.run('default.target'));
  }

  /** What it does when docker alone is started. */
  async start(): Promise<Transaction> {
    return readTransaction(await this.sandbox.run('docker.service'));
  }

  /** How systemd reads a unit of the root on show. */
  async reading(unit: string): Promise<Reading | undefined> {
    const { dump } = await this.sandbox.run('default.target');
    return parseDump(dump).find(({ id }) => id === unit);
  }

  /** What the drop-in does to a root where it is written however much the plan refuses it. */
  async harm(root: Tree, asked: Asked): Promise<Harm> {
    this.show(root);
    const before = await this.doings();
    this.show({ ...root, ...this.forced(asked) });
    return harmOf(before, await this.doings());
  }

  /** What systemd-analyze prints on both its outputs. */
  async analyze(words: string): Promise<string> {
    const { dump, log } = await this.sandbox.analyze(words);
    return dump + log;
  }

  /** Ends the systemd side, and removes what it wrote. */
  close(): Promise<void> {
    return this.sandbox.close();
  }

  /**
   * The files that the plan for the root on show writes when it is forced, or by hand if even then it does not.
   * @param unforced that plan
   */
  forced(asked: Asked, unforced = this.plan(asked)): Tree {
    const codes = unforced.findings.filter(({ level }) => level === 'refuse').map(({ code }) => code);
    const plan = codes.length > 0 ? this.plan(asked, codes) : unforced;
    const written = plan.changes.flatMap(({ path, after }) =>
      after === null ? [] : [[path, after] as const],
    );
    return written.length > 0 ? Object.fromEntries(written) : byHand(asked, plan);
  }
}

/** The whole drop-in, as somebody would write it who looks at nothing first. */
function byHand({ relation = 'requires' }: Asked, { unit, follow }: Plan): Tree {
  return follow ? { [OURS]: wantedText(relation, unit, follow.unit) } : {};
}

function wantedText(relation: Relation, unit: string, follow: string): string {
  const wish = { template: TEMPLATE, relation, noStartLimit: false };
  const { template, wanted } = wantedBy(wish, { unit, follow });
  return dropInText(template, wanted, { revertName: TEMPLATE.name });
}

/** A tree of the tests as the entries of a root. */
export function entriesOf(tree: Tree): Root {
  return Object.entries(tree).map(([name, item]): Entry => {
    const path = name.slice(1);
    if (typeof item === 'string') return file(path, item);
    if (item instanceof Uint8Array) return file(path, Buffer.from(item));
    return 'link' in item ? link(path, item.link) : { path, kind: 'dir' };
  });
}
