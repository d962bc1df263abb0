/** Reads the past: objects as they were, and the trace of a request that was sent then. */
import type { KubernetesObject, Request, RequestAnswer } from '@podlab/contracts';
import type { RevisionLog } from '@podlab/persistence';
import type { Cluster, LogEntry } from './core';
import type { ClusterEngine } from './engine';
import { objectsOf } from './objects';

export interface Past {
  at: number;
  objects: KubernetesObject[];
}

export class Recall {
  constructor(
    private readonly log: RevisionLog<LogEntry>,
    private readonly engine: ClusterEngine,
  ) {}

  /** All objects at `resourceVersion`; undefined when that moment was compacted. */
  async objects(cluster: string, resourceVersion: number): Promise<Past | undefined> {
    const checkpoint = await this.log.latestCheckpoint(cluster, resourceVersion);
    if (!checkpoint) return undefined;
    const entries = await this.entries(cluster, checkpoint.rv + 1, resourceVersion);
    const at = entries.at(-1)?.at ?? checkpoint.at;
    const core = this.engine.restore(checkpoint.state);
    // What is shown as a function of time (renewals, heartbeats) is shown as it was then.
    core.perform({ kind: 'Advance', to_ms: at });
    const objects = new Map(objectsOf(core).map((object) => [object.metadata.uid, object]));
    for (const entry of entries) {
      if (entry.kind !== 'revision') continue;
      const object = entry.object as KubernetesObject;
      if (entry.type === 'DELETED') objects.delete(object.metadata.uid);
      else objects.set(object.metadata.uid, object);
    }
    return { at, objects: [...objects.values()].sort(byName) };
  }

  /** Sends the request that stands at `resourceVersion` once more in the state of then, and gives its connection with the trace. */
  async request(cluster: string, resourceVersion: number, connection: number): Promise<Request | undefined> {
    const checkpoint = await this.log.latestCheckpoint(cluster, resourceVersion - 1);
    if (!checkpoint) return undefined;
    const core = this.engine.restore(checkpoint.state);
    const entries = await this.entries(cluster, checkpoint.rv + 1, resourceVersion);
    return lastSent(core, entries)?.requests[connection];
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
