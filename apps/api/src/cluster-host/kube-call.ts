/** Calls of the host itself on a cluster's Kubernetes API. */
import { PLAIN_JSON } from '@podlab/apiserver';
import type { Cluster, KubeAnswer } from './core';

export interface KubeCall {
  method: string;
  path: string;
  query?: string;
  body?: unknown;
  contentType?: string;
  user: { name: string; groups: readonly string[] };
}

export interface KubeResult {
  status: number;
  body: Record<string, unknown>;
}

/** The host reads in its own name. */
export const HOST_USER = { name: 'system:podlab', groups: ['system:masters', 'system:authenticated'] };

const NO_BODY = new Uint8Array(0);

export function callKube(core: Cluster, call: KubeCall): KubeResult {
  const response = core.kube({
    method: call.method,
    path: call.path,
    query: call.query ?? '',
    accept: PLAIN_JSON,
    content_type: call.contentType ?? 'application/json',
    body: call.body === undefined ? NO_BODY : Buffer.from(JSON.stringify(call.body)),
    user: call.user,
  }) as KubeAnswer;
  const text = Buffer.from(response.body).toString('utf8');
  return { status: response.status, body: text.startsWith('{') ? parse(text) : {} };
}

const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
