import type { Service } from '@podlab/api';
import type { Failure } from './finding';

export const ZONE = 'cluster.local';

/** A name of a Service taken apart as the sender wrote it. */
export interface WrittenName {
  /** What stands before the Service: a hostname, or a port and protocol. */
  readonly before: readonly string[];
  readonly service: string;
  /** Empty where the name has none. */
  readonly namespace: string;
  /** What follows the namespace, its dot included. */
  readonly rest: string;
  /** Whether the name can be meant for the cluster: `web`, `web.lab06`, or with something like its zone behind. */
  readonly in_cluster: boolean;
}

export function takeApart(host: string): WrittenName {
  const labels = host.replace(/\.$/, '').toLowerCase().split('.');
  const svc = labels.indexOf('svc', 1);
  const own = svc > 0 ? labels.slice(0, svc) : labels.slice(0, 2);
  const rest = labels.slice(own.length);
  const [service, namespace = ''] = own.slice(-2);
  const in_cluster = rest.length === 0 || rest[0] === 'svc' || host.replace(/\.$/, '').endsWith(`.${ZONE}`);
  const behind = rest.length > 0 ? `.${rest.join('.')}` : '';
  return { before: own.slice(0, -2), service, namespace, rest: behind, in_cluster };
}

/** The namespace that a short name is looked up in. */
export function homeOf({ sender }: Failure): string {
  return sender.pod?.metadata.namespace ?? 'default';
}

export function fullName({ metadata }: Service): string {
  return `${metadata.name}.${metadata.namespace}.svc.${ZONE}`;
}

/** Whether the sender's resolver asks the cluster's name server. */
export function asksTheCluster({ sender, dependencies }: Failure): boolean {
  return sender.resolver.nameservers.includes(dependencies.surroundings.cluster_dns_ip);
}
