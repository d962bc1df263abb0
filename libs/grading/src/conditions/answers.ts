import type { Cluster } from '@podlab/cluster';
import type { RequestAnswer, SendRequest } from '@podlab/contracts';

/**
 * What a cluster answers to requests at one moment: each goes out on a fork of its own, and the same one only once, for
 * forks of one moment answer it alike.
 */
export class Answers {
  private readonly known = new Map<string, RequestAnswer>();

  /** `cluster` stays as it is as long as it is asked. */
  constructor(private readonly cluster: Cluster) {}

  to(request: SendRequest): RequestAnswer {
    // Of one connection every way of choosing traces tells the same.
    const asked = request.count === 1 ? { ...request, traces: 'first' as const } : request;
    const key = JSON.stringify(asked);
    let answer = this.known.get(key);
    if (!answer) this.known.set(key, (answer = this.cluster.aside((fork) => fork.send(asked))));
    return answer;
  }

  isOf(cluster: Cluster): boolean {
    return cluster === this.cluster;
  }
}
