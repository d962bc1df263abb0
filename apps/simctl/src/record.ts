import { restoreCluster, type Cluster, type LogEntry } from '@podlab/cluster';

/** Writes down a cluster's first checkpoint and all that happens after it: one JSON document a line. */
export function record(cluster: Cluster): { text: () => string } {
  const lines = [JSON.stringify({ checkpoint: cluster.checkpoint() })];
  cluster.onEntry((entry) => void lines.push(JSON.stringify(entry)));
  return { text: () => `${lines.join('\n')}\n` };
}

/** Lives through a log again. Throws InvariantViolation where what comes out is not what was logged. */
export function replay(text: string): Cluster {
  const [first, ...lines] = text.trimEnd().split('\n');
  const { checkpoint } = JSON.parse(first) as { checkpoint: string };
  const cluster = restoreCluster(checkpoint);
  cluster.replay(lines.map((line) => JSON.parse(line) as LogEntry));
  return cluster;
}
