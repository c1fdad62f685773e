import { EXIT, UnitPatchError } from '../../errors.js';
import { FarDisk, type FarFile } from '../../files/far-disk.js';
import { type Files, type RootPath, rootPath } from '../../files/files.js';
import { RootFiles } from '../../files/root-files.js';
import { commandLine, quoted, wholeScript } from '../../syntax/shell.js';
import { dockerClient } from '../docker-cli.js';
import type { CommandWords } from '../run-command.js';
import type {
  CommandResult,
  Engine,
  FarSide,
  Manager,
  System,
  Transcript,
  WatchedMachine,
} from '../system.js';
import { managerBy } from '../systemctl.js';
import { converse } from './conversation.js';
import { lookScript, readLooks } from './far-files.js';
import { hostMachine } from './host-machine.js';
import { HELLO, type Hello, readHello } from './hello.js';
import { BadTar, readTar } from './read-tar.js';
import { Ssh, type SshOptions, type Talk } from './ssh.js';

/** How a machine is reached, and what is read there at once. */
export interface HostOptions extends SshOptions {
  /** the directories and files that a plan reads, by the `UnitPath` of its manager */
  readonly paths: (unitPath?: string) => readonly RootPath[];
}

/** Begins the name that a machine has among the roots, as its URI in ssh(1) does. */
const SCHEME = 'ssh://';
const LOOK_MS = 30_000;
const TAR_MS = 120_000;
/** As for the commands of this machine, see liveManager(). */
const SYSTEMCTL_MS = 90_000;

/** The machine as ssh(1) takes it: an alias of ssh_config(5), `user@host`, or a URI if it has a port. */
export function hostOf(root: string): string {
  const host = root.slice(SCHEME.length);
  return /^[^:]*:[0-9]+$|\]:[0-9]+$/.test(host) ? root : host;
}

/** Another machine, reached by ssh. What was read when it was opened counts until something was written. */
export class HostSystem implements System {
  readonly manager: Manager;
  readonly engine: Engine | undefined;
  readonly far: FarSide;
  readonly machine: WatchedMachine;
  private snapshot: RootFiles;

  private constructor(
    private readonly root: string,
    private readonly ssh: Ssh,
    private readonly hello: Hello,
    private readonly paths: readonly RootPath[],
    sudo: boolean,
  ) {
    this.far = { host: hostOf(root), sudo };
    this.machine = hostMachine(ssh, hello);
    const run = (words: CommandWords, timeoutMs = SYSTEMCTL_MS): CommandResult => this.run(words, timeoutMs);
    const has = (command: string): string | undefined => (hello.commands.has(command) ? command : undefined);
    const commands = { analyze: has('systemd-analyze'), restorecon: has('restorecon') };
    this.manager = { ...managerBy(run, commands), about: () => hello.about };
    this.engine = has('docker') === undefined ? undefined : dockerClient('docker', run);
    this.snapshot = new RootFiles(root, true, new FarDisk(this.look));
  }

  /**
   * Connects to a machine, and reads its files.
   * @param root `ssh://` and the machine, see hostOf()
   * @throws UnitPatchError `no-connection`, `no-systemd`, `host-lacks`, `bad-host`
   */
  static async open(root: string, { paths, ...options }: HostOptions): Promise<HostSystem> {
    const host = hostOf(root);
    const { ssh, said } = await Ssh.open(host, HELLO, options);
    try {
      const hello = readHello(said, host);
      const system = new HostSystem(root, ssh, hello, paths(hello.about.unitPath), options.sudo === true);
      await system.readAgain();
      return system;
    } catch (error) {
      ssh.close();
      throw error;
    }
  }

  files(): Files {
    return this.snapshot;
  }

  /** Reads the files anew. */
  async readAgain(): Promise<void> {
    const disk = new FarDisk(this.look);
    disk.lookAhead(above(this.paths));
    const { files, isWhole } = await this.tar();
    disk.keep(files, isWhole);
    this.snapshot = new RootFiles(this.root, true, disk);
  }

  whyNotWritable(): string | undefined {
    return this.hello.isRoot ? undefined : `only root may write to /etc/systemd/system of ${this.host}`;
  }

  converse(script: string, decide: (lines: readonly string[]) => boolean): Promise<Transcript> {
    return converse(this.ssh.talk(script), decide);
  }

  makeDirectory = mustBeScript;
  removeDirectory = mustBeScript;
  writeFile = mustBeScript;
  removeFile = mustBeScript;

  uninterrupted<Result>(run: () => Result): Result {
    return run();
  }

  private get host(): string {
    return this.far.host;
  }

  /** Runs a command there. */
  run(words: CommandWords, timeoutMs: number): CommandResult {
    return this.ssh.run(wholeScript(`exec ${commandLine(words)}`), timeoutMs);
  }

  private readonly look = (paths: readonly RootPath[], withContent: boolean): (FarFile | undefined)[] => {
    const { status, stdout } = this.ssh.run(lookScript(paths, withContent), LOOK_MS);
    const files = status === 0 ? readLooks(stdout) : undefined;
    if (files?.length !== paths.length) throw this.bad('it does not answer as a shell would');
    return files;
  };

  /** One archive of all that a plan reads; `isWhole` if nothing was left out. */
  private async tar(): Promise<{ files: Map<RootPath, FarFile>; isWhole: boolean }> {
    const talk = this.ssh.talk(tarScript(this.paths));
    const patience = setTimeout(() => talk.kill(), TAR_MS);
    const ended = endOf(talk);
    try {
      const files = await readTar(talk.stdout);
      // There is always a /etc/systemd, at least.
      if (files.size === 0) throw new BadTar('it sends nothing');
      return { files, isWhole: (await ended) === 0 };
    } catch (error) {
      talk.kill();
      if (!(error instanceof BadTar)) throw error;
      throw this.ssh.isLost ? this.ssh.lost(' while its files were read') : this.bad(error.message);
    } finally {
      clearTimeout(patience);
    }
  }

  private bad(why: string): UnitPatchError {
    return new UnitPatchError(
      'bad-host',
      `${this.host} cannot be read: ${why}`,
      EXIT.usage,
      `look what it prints: ssh ${this.host} true`,
    );
  }
}

function mustBeScript(): never {
  throw new TypeError('another machine is written to by a script');
}

/** The directories above some paths: their names tell what is missing, and links on the way are resolved. */
function above(paths: readonly RootPath[]): RootPath[] {
  const all = new Set<string>(['/']);
  for (const path of paths)
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) all.add(path.slice(0, at));
  return [...all].map(rootPath);
}

/** Links are resolved first, and asked for later if they matter; two of them may lead to one directory. */
function tarScript(paths: readonly RootPath[]): string {
  return wholeScript(`
cd /
set --
for path in ${paths.map(quoted).join(' ')}; do
  real=$(readlink -f -- "$path") && [ -e "$real" ] && [ "$real" != / ] || continue
  case " $* " in *" .$real "*) ;; *) set -- "$@" ".$real" ;; esac
done
[ $# -gt 0 ] || set -- ./etc/systemd
exec tar -cf - "$@" 2>/dev/null </dev/null`);
}

function endOf(talk: Talk): Promise<number | null> {
  return new Promise((resolve) => {
    talk.once('close', resolve);
  });
}
