import type { Cluster } from '@podlab/cluster';
import {
  SendRequest,
  type CheckSource,
  type RequestSource,
  type RequestTarget,
  type RequestTemplate,
  type CheckTarget,
} from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { choosePod } from './find-objects';

/** Nobody is there who could send: the submission's lack. */
export class NoSender extends Refusal {
  override readonly name = 'NoSender';
}

/** The lab asks for something that is no request: its author's mistake. */
export class InvalidRequest extends Refusal {
  override readonly name = 'InvalidRequest';
}

/** Who sends, with the pod that labels choose. Throws NoSender. */
export function sourceOf(cluster: Cluster, source: CheckSource, namespace: string): RequestSource {
  if (source.kind !== 'Pod') return source;
  const { selector, container } = source;
  const home = source.namespace ?? namespace;
  const name = source.name ?? choosePod(cluster, home, selector ?? {});
  if (name === undefined) {
    const labels = Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`);
    throw new NoSender(`no pod with ${labels.join(',')} in namespace ${home}`);
  }
  return { kind: 'Pod', namespace: home, name, ...(container !== undefined && { container }) };
}

export function targetOf(target: CheckTarget): RequestTarget {
  if (typeof target === 'string') return target;
  const { host, port, protocol } = target;
  return { host, protocol, ...(port !== undefined && { port: Number(port) }) };
}

/** The request that a template means. Throws NoSender and InvalidRequest. */
export function requestOf(cluster: Cluster, template: RequestTemplate, namespace: string): SendRequest {
  const { from, to, source_port, ...rest } = template;
  const parsed = SendRequest.safeParse({
    ...rest,
    from: sourceOf(cluster, from, namespace),
    to: targetOf(to),
    ...(source_port !== undefined && { source_port: Number(source_port) }),
  });
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new InvalidRequest(`${path.join('.')}: ${message}`);
}
