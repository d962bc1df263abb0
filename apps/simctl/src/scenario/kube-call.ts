import type { Cluster } from '@podlab/cluster';

export interface KubeCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly accept?: string;
  readonly content_type?: string;
  readonly body?: object;
}

/** An answer of the API that is not a success; the message is the Status'. */
export class KubeCallError extends Error {
  override readonly name = 'KubeCallError';
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Calls a cluster's Kubernetes API as the administrator; throws {@link KubeCallError}. */
export function kubeJson<T>(cluster: Cluster, call: KubeCall): T {
  const [path, query = ''] = call.path.split('?');
  const answer = cluster.kube({
    method: call.method,
    path,
    query,
    accept: call.accept ?? 'application/json',
    content_type: call.content_type ?? 'application/json',
    body: call.body ? new TextEncoder().encode(JSON.stringify(call.body)) : new Uint8Array(),
    user: { name: 'kubernetes-admin', groups: ['system:masters'] },
  });
  if (answer.kind !== 'answer')
    throw new KubeCallError(400, `${call.path} does not answer with one document`);
  const value = JSON.parse(new TextDecoder().decode(answer.body)) as T & { message?: string };
  if (answer.status >= 400) throw new KubeCallError(answer.status, value.message ?? String(answer.status));
  return value;
}
