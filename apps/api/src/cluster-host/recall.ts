/** Reads the past: objects as they were, and the trace of a request that was sent then. */
import type { KubernetesObject, Request, RequestAnswer } from '@podlab/contracts';
import type { RevisionLog } from '@podlab/persistence';
import type { Cluster, ExecSession, LogEntry } from './core';
import type { ClusterEngine } from './engine';
import { objectsOf, withoutManagers } from './objects';

export interface Past {
  at: number;
  objects: KubernetesObject[];
}

export class Recall {
  constructor(
    private readonly log: RevisionLog<LogEntry>,
    private readonly engine: ClusterEngine,
  ) {}

  /** The cluster as it was at `resourceVersion`; undefined when that moment was compacted, or lived under another engine. */
  async moment(cluster: string, resourceVersion: number): Promise<Cluster | undefined> {
    const checkpoint = await this.log.latestCheckpoint(cluster, resourceVersion);
    if (!checkpoint) return undefined;
    if (checkpoint.rv < resourceVersion && checkpoint.engine !== this.engine.version) return undefined;
    const core = this.engine.restore(checkpoint.state);
    core.replay(await this.entries(cluster, checkpoint.rv + 1, resourceVersion));
    return core;
  }

  /** All objects at `resourceVersion`; undefined when that moment was compacted. */
  async objects(cluster: string, resourceVersion: number): Promise<Past | undefined> {
    const checkpoint = await this.log.latestCheckpoint(cluster, resourceVersion);
    if (!checkpoint) return undefined;
    const entries = await this.entries(cluster, checkpoint.rv + 1, resourceVersion);
    const at = entries.at(-1)?.at ?? checkpoint.at;
    const lived = this.lived(checkpoint, entries);
    const core = lived ?? this.engine.restore(checkpoint.state);
    // What is shown as a function of time and state (renewals, a node's images) is shown as it was then.
    core.perform({ kind: 'Advance', to_ms: at });
    const objects = new Map(objectsOf(core).map((object) => [object.metadata.uid, object]));
    for (const entry of lived ? [] : entries) {
      if (entry.kind !== 'revision') continue;
      const object = withoutManagers(entry.object as KubernetesObject);
      if (entry.type === 'DELETED') objects.delete(object.metadata.uid);
      else objects.set(object.metadata.uid, object);
    }
    return { at, objects: [...objects.values()].sort(byName) };
  }

  /** Undefined where another engine lived, and between two revisions that came about at once. */
  private lived(
    checkpoint: { state: string; engine: string },
    entries: readonly LogEntry[],
  ): Cluster | undefined {
    if (checkpoint.engine !== this.engine.version) return undefined;
    const core = this.engine.restore(checkpoint.state);
    return core.replay(entries).length === 0 ? core : undefined;
  }

  /** Sends the request that stands at `resourceVersion` once more in the state of then, and gives its connection with the trace. */
  async request(cluster: string, resourceVersion: number, connection: number): Promise<Request | undefined> {
    const checkpoint = await this.log.latestCheckpoint(cluster, resourceVersion - 1);
    if (!checkpoint) return undefined;
    const core = this.engine.restore(checkpoint.state);
    const entries = await this.entries(cluster, checkpoint.rv + 1, resourceVersion);
    return lastSent(core, entries)?.requests[connection];
  }

  /** Lives through what happened up to `resourceVersion` again, and gives the request that a command sent there. */
  async commandRequest(cluster: string, resourceVersion: number, id: string): Promise<Request | undefined> {
    const started = Number(/^e([0-9]+)-/.exec(id)?.[1]);
    const checkpoint = await this.log.latestCheckpoint(cluster, started - 1);
    if (!checkpoint) return undefined;
    const core = this.engine.restore(checkpoint.state);
    const entries = await this.entries(cluster, checkpoint.rv + 1, resourceVersion);
    return commandRequest(core, entries, started, id);
  }

  private async entries(cluster: string, from: number, to: number): Promise<LogEntry[]> {
    const found: LogEntry[] = [];
    for await (const entry of this.log.read(cluster, from, to)) found.push(entry);
    return found;
  }
}

const nameOf = ({ kind, metadata }: KubernetesObject) =>
  `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
const byName = (one: KubernetesObject, other: KubernetesObject) => (nameOf(one) < nameOf(other) ? -1 : 1);

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
    if (request || core.resourceVersion() > lastOf(entries)) return request;
    if (core.runUntil(Number.MAX_SAFE_INTEGER, 1) === 0) return undefined;
  }
  return undefined;
}

const lastOf = (entries: readonly LogEntry[]) => entries[entries.length - 1]?.rv ?? 0;
/** Events behind the last revision in which a command may still have sent something. */
const RECALLED_STEPS_LIMIT = 10_000;

/** Replays up to a Send, and catches what it answers. */
function lastSent(core: Cluster, entries: readonly LogEntry[]): RequestAnswer | undefined {
  const last = entries[entries.length - 1];
  if (last?.kind !== 'input' || last.input.kind !== 'Send') return undefined;
  const withTraces: LogEntry = {
    ...last,
    input: { kind: 'Send', request: { ...last.input.request, traces: 'all' } },
  };
  let answer: RequestAnswer | undefined;
  const perform = core.perform.bind(core);
  core.perform = (input) => {
    const result = perform(input);
    if (input.kind === 'Send') answer = result as RequestAnswer;
    return result;
  };
  core.replay([...entries.slice(0, -1), withTraces]);
  return answer;
}
