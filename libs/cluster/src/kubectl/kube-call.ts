import { newUnknownPath } from '@podlab/apimachinery';
import { PLAIN_JSON, type UserInfo } from '@podlab/apiserver';
import { Refusal, utf8Decode, utf8Encode } from '@podlab/kernel';
import type { Cluster } from '../cluster';

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

/** A call whose answer is a stream can't be waited for. */
export class AnswerIsStream extends Refusal {
  override readonly name = 'AnswerIsStream';
}

const NO_BODY = new Uint8Array(0);

/** Calls a cluster's Kubernetes API. Throws AnswerIsStream. */
export function callKube(cluster: Pick<Cluster, 'kube'>, user: UserInfo, call: KubeCall): KubeResult {
  const answer = cluster.kube({
    method: call.method,
    path: call.path,
    query: call.query ?? '',
    accept: PLAIN_JSON,
    content_type: call.content_type ?? 'application/json',
    body: call.body === undefined ? NO_BODY : utf8Encode(JSON.stringify(call.body)),
    user,
  });
  if (answer.kind !== 'answer') throw new AnswerIsStream(`${call.path} is a stream`);
  const text = utf8Decode(answer.body);
  return { status: answer.status, body: text === '' ? {} : (bodyOf(text) as KubeResult['body']) };
}

/** A path that nothing answers is told so in plain text. Models k8s.io/client-go rest newUnstructuredResponseError. */
const bodyOf = (text: string): unknown => (text.startsWith('{') ? JSON.parse(text) : newUnknownPath().status);
