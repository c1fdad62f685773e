import type { Setting, Unit } from '../units/unit.js';
import type { Happening, Job } from './happening.js';
import type { ActiveState } from './job.js';
import { type Service, StartCount } from './service.js';
import type { RunningUnit, World } from './world.js';

/** What the manager sees of a unit while systemd runs, and hears from it. */
export class ObservedUnit implements RunningUnit {
  job?: Job;
  private counted: StartCount | undefined;

  constructor(
    protected readonly manager: World,
    readonly unit: Unit,
    public state: ActiveState,
  ) {}

  /** Made when it is first asked for: a large transaction has many units that are only queued. */
  get starts(): StartCount {
    return (this.counted ??= new StartCount(this.service));
  }

  protected get service(): Service | undefined {
    return this.manager.graph.service(this.unit.id);
  }

  protected setState(state: ActiveState, willRestart = false): void {
    const before = this.state;
    this.state = state;
    if (before !== state) this.manager.notify(this, before, willRestart);
  }

  /** A line runs; of one that is not understood it is not known what it asks of systemd. */
  protected runs(line: Setting): void {
    this.tell('runs', line.key);
    const why = this.manager.behavior.unknown(this.unit, line);
    if (why !== undefined) this.manager.unknown ??= `${why} (${line.key}= of ${this.unit.id})`;
  }

  protected tell(what: Happening['what'], key?: string): void {
    const way = this.job?.way ?? [];
    this.manager.happened.push({ unit: this.unit.id, what, way, ...(key === undefined ? {} : { key }) });
  }
}
