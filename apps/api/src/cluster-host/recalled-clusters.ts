/** Lives through the past again, and keeps where it has come to: a look at a later moment goes on from there. */
import type { KubernetesObject, PastObjects, Request, RequestAnswer } from '@podlab/contracts';
import { InvariantViolation, rfc3339Micro } from '@podlab/kernel';
import type { CheckpointMark, LogReader } from '@podlab/persistence';
import type { Cluster, ExecSession, LogEntry } from './core';
import type { ClusterEngine } from './engine';
import { objectsAt, objectsOf, withoutManagers } from './objects';

/** A cluster at a moment of its past. */
interface Lived {
  readonly cluster: string;
  /** Where it began: what another checkpoint leads to is told apart, were it the same moment. */
  readonly checkpoint: CheckpointMark;
  readonly core: Cluster;
  /** The revision that was looked for. The core may be further: what happens at once is not lived through by halves. */
  readonly from: number;
  /** Of the checkpoint's state: a measure of what this one holds. */
  readonly characters: number;
}

export interface RecallLimits {
  /** How many moments are kept, of how many clusters ever. */
  moments: number;
  /** And how much their checkpoints' states are together. */
  stateCharacters: number;
  /** On a long way a moment is kept after so many entries, so that an earlier look begins there. */
  waypointEntries: number;
}

export class RecalledClusters {
  /** The one that was not looked at for the longest comes first. */
  private kept: Lived[] = [];

  constructor(
    private readonly log: Pick<LogReader<LogEntry>, 'stretch' | 'entries'>,
    private readonly engine: Pick<ClusterEngine, 'version' | 'restore'>,
    private readonly limits: RecallLimits,
  ) {}

  /** All objects at `resourceVersion`, as JSON of PastObjects; undefined when that moment was compacted. */
  objects(cluster: string, resourceVersion: number): PastObjects | undefined {
    const found = this.find(cluster, resourceVersion);
    if (!found) return undefined;
    const { checkpoint, last } = found;
    const at = last?.at ?? checkpoint.at;
    const objects =
      (found.core && objectsAt(found.core, resourceVersion)) ?? this.folded(cluster, resourceVersion, at);
    if (!objects) return undefined;
    return { resourceVersion: String(resourceVersion), at: rfc3339Micro(at), objects: objects.sort(byName) };
  }

  /** A checkpoint of the cluster as it was; undefined when that moment was compacted, or lived under another engine. */
  state(cluster: string, resourceVersion: number, copy?: { id: string; token_key: string }) {
    const core = this.find(cluster, resourceVersion)?.core;
    return (copy ? core?.fork(copy.id, copy.token_key) : core)?.checkpoint();
  }

  /** Sends the request that stands at `resourceVersion` once more in the state of then, and gives its connection with the trace. */
  request(cluster: string, resourceVersion: number, connection: number): Request | undefined {
    const [sent] = this.log.entries(cluster, resourceVersion, resourceVersion);
    if (sent?.kind !== 'input' || sent.input.kind !== 'Send') return undefined;
    const request = { ...sent.input.request, traces: 'all' as const };
    const withTraces: LogEntry = { ...sent, input: { kind: 'Send', request } };
    return this.onCopy(cluster, resourceVersion - 1, (core) => answerTo(core, withTraces))?.requests[
      connection
    ];
  }

  /** Lives through what happened up to `resourceVersion` again, and gives the request that a command sent there. */
  commandRequest(cluster: string, resourceVersion: number, id: string): Request | undefined {
    const started = Number(/^e([0-9]+)-/.exec(id)?.[1]);
    return this.onCopy(cluster, started - 1, (core) => {
      const entries = this.log.entries(cluster, started, resourceVersion);
      return commandRequest(core, entries, started, id);
    });
  }

  /** What a copy of the cluster of then gives; undefined where it does not come back as it was. */
  private onCopy<T>(cluster: string, resourceVersion: number, look: (core: Cluster) => T): T | undefined {
    const core = this.find(cluster, resourceVersion)?.core;
    if (core) return look(copyOf(core));
    const stretch = this.log.stretch(cluster, resourceVersion, () => undefined);
    if (stretch?.state === undefined) return undefined;
    try {
      const other = this.engine.restore(stretch.state);
      other.replay(stretch.entries);
      return look(other);
    } catch (error) {
      // Another engine's log does not have to come out the same.
      if (error instanceof InvariantViolation) return undefined;
      throw error;
    }
  }

  /** The cluster at that moment, without a core where another engine lived; undefined when it was compacted. */
  private find(
    cluster: string,
    to: number,
  ): { checkpoint: CheckpointMark; core?: Cluster; last?: LogEntry } | undefined {
    let base: Lived | undefined;
    const stretch = this.log.stretch(cluster, to, (checkpoint) => {
      if (checkpoint.engine !== this.engine.version) return undefined;
      base = this.nearest(cluster, checkpoint, to);
      // The entry of that moment comes along in any case: it says when it was.
      return base && Math.max(checkpoint.rv, Math.min(base.core.resourceVersion(), to - 1));
    });
    if (!stretch) return undefined;
    const { checkpoint, state, entries } = stretch;
    const last = entries.at(-1);
    if (checkpoint.engine !== this.engine.version) {
      return { checkpoint, last, core: checkpoint.rv === to ? this.engine.restore(state ?? '') : undefined };
    }
    base ??= this.restored(cluster, checkpoint, state ?? '');
    return { checkpoint, last, core: this.livedThrough(base, entries, to) };
  }

  private restored(cluster: string, checkpoint: CheckpointMark, state: string): Lived {
    const core = this.engine.restore(state);
    return { cluster, checkpoint, core, from: checkpoint.rv, characters: state.length };
  }

  private nearest(cluster: string, { rv, at }: CheckpointMark, to: number): Lived | undefined {
    const fits = (one: Lived) =>
      one.cluster === cluster && one.checkpoint.rv === rv && one.checkpoint.at === at && one.from <= to;
    return this.kept.filter(fits).sort((one, other) => other.from - one.from)[0];
  }

  /** Brings a kept cluster to `to`; it stays where it is when it is there already. */
  private livedThrough(base: Lived, entries: readonly LogEntry[], to: number): Cluster {
    const { core } = base;
    // What fails on its way is kept no more.
    this.kept = this.kept.filter((one) => one !== base);
    const hasMoved = to > core.resourceVersion();
    const { waypointEntries } = this.limits;
    // Who comes a long way may want to go back: where he began stays.
    if (entries.length > waypointEntries / 4) this.keep({ ...base, core: copyOf(core) });
    for (let first = 0; first < entries.length; first += waypointEntries) {
      const part = entries
        .slice(first, first + waypointEntries)
        .filter(({ rv }) => rv > core.resourceVersion());
      if (part.length === 0) continue;
      core.replay(part);
      const from = part[part.length - 1].rv;
      if (from < to) this.keep({ ...base, core: copyOf(core), from });
    }
    this.keep({ ...base, from: hasMoved ? to : base.from });
    return core;
  }

  private keep(lived: Lived): void {
    this.kept.push(lived);
    const { moments, stateCharacters } = this.limits;
    const size = () => this.kept.reduce((sum, { characters }) => sum + characters, 0);
    while (this.kept.length > moments || (this.kept.length > 1 && size() > stateCharacters))
      this.kept.shift();
  }

  /** The objects of the checkpoint with what was logged since: for what cannot be lived through. */
  private folded(cluster: string, to: number, at: number): KubernetesObject[] | undefined {
    const stretch = this.log.stretch(cluster, to, () => undefined);
    if (stretch?.state === undefined) return undefined;
    const core = this.engine.restore(stretch.state);
    // What is shown as a function of time and state (renewals, a node's images) is shown as it was then.
    core.perform({ kind: 'Advance', to_ms: at });
    const objects = new Map(objectsOf(core).map((object) => [object.metadata.uid, object]));
    for (const entry of stretch.entries) {
      if (entry.kind !== 'revision') continue;
      const object = withoutManagers(entry.object as KubernetesObject);
      if (entry.type === 'DELETED') objects.delete(object.metadata.uid);
      else objects.set(object.metadata.uid, object);
    }
    return [...objects.values()];
  }
}

const nameOf = ({ kind, metadata }: KubernetesObject) =>
  `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
const byName = (one: KubernetesObject, other: KubernetesObject) => (nameOf(one) < nameOf(other) ? -1 : 1);

/** The same cluster once more: a fork by another name would not sign as it does. */
const copyOf = (core: Cluster) => core.fork(core.config.id, core.config.token_key);

/** Events behind the last revision in which a command may still have sent something. */
const RECALLED_STEPS_LIMIT = 10_000;

/** Replays a command and what came after it, until the request is sent. */
function commandRequest(
  core: Cluster,
  entries: readonly LogEntry[],
  started: number,
  id: string,
): Request | undefined {
  let session = 0;
  const perform = core.perform.bind(core);
  const found: Request[] = [];
  core.perform = (input) => {
    if (session > 0) found.push(...core.takeExecRequests(session));
    const rv = core.resourceVersion() + 1;
    const result = perform(input);
    if (input.kind === 'Exec' && rv === started) session = (result as ExecSession).id;
    return result;
  };
  core.replay(entries);
  for (let steps = 0; steps <= RECALLED_STEPS_LIMIT; steps++) {
    if (session > 0) found.push(...core.takeExecRequests(session));
    const request = found.find((each) => each.id === id);
    if (request || core.resourceVersion() > (entries.at(-1)?.rv ?? 0)) return request;
    if (core.runUntil(Number.MAX_SAFE_INTEGER, 1) === 0) return undefined;
  }
  return undefined;
}

/** Lives through a Send, and catches what it answers. */
function answerTo(core: Cluster, sent: LogEntry): RequestAnswer | undefined {
  let answer: RequestAnswer | undefined;
  const perform = core.perform.bind(core);
  core.perform = (input) => {
    const result = perform(input);
    if (input.kind === 'Send') answer = result as RequestAnswer;
    return result;
  };
  core.replay([sent]);
  return answer;
}
