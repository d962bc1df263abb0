import { PLAIN_JSON, type UserInfo } from '@podlab/apiserver';
import type { Cluster } from '@podlab/cluster';
import type { KubernetesStatus } from '@podlab/contracts';
import { Refusal, utf8Decode, utf8Encode } from '@podlab/kernel';

/** The lab itself: what it writes at the start is no student's doing. */
export const LAB_USER: UserInfo = { name: 'podlab:lab', groups: ['system:masters', 'system:authenticated'] };
/** Whoever handed in what is graded. */
export const STUDENT_USER: UserInfo = { name: 'student', groups: ['system:masters', 'system:authenticated'] };

export interface KubeCall {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly content_type?: string;
}

export interface KubeResult {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An object as the Kubernetes API answers it. */
export interface KubeJson {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
    readonly resourceVersion?: string;
  };
  readonly [field: string]: unknown;
}

/** The Kubernetes API said no. */
export class KubeRefused extends Refusal {
  override readonly name = 'KubeRefused';
  constructor(readonly status: KubernetesStatus) {
    super(status.message ?? 'refused');
  }
}

const NO_BODY = new Uint8Array(0);

/** Calls a cluster's Kubernetes API. */
export function callKube(cluster: Cluster, user: UserInfo, call: KubeCall): KubeResult {
  const answer = cluster.kube({
    method: call.method,
    path: call.path,
    query: call.query ?? '',
    accept: PLAIN_JSON,
    content_type: call.content_type ?? 'application/json',
    body: call.body === undefined ? NO_BODY : utf8Encode(JSON.stringify(call.body)),
    user,
  });
  if (answer.kind !== 'answer') throw new KubeRefused({ message: `${call.path} is a stream`, code: 400 });
  const text = utf8Decode(answer.body);
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as KubeResult['body']) };
}

/** As {@link callKube}; throws KubeRefused unless it succeeds. */
export function kubeJson(cluster: Cluster, user: UserInfo, call: KubeCall): KubeResult['body'] {
  const { status, body } = callKube(cluster, user, call);
  if (status >= 300) throw new KubeRefused(body);
  return body;
}
