import { resolve } from '@podlab/coredns';
import type { ResolverTry, TryCode } from '@podlab/coredns';
import { tryParseAddress } from '@podlab/netstack';
import type { DatagramResult } from '@podlab/netstack';
import type { ClusterObjects } from '../cluster-objects';
import { internalAddress } from '../cluster-objects';
import type { TraceflowDependencies } from '../dependencies';
import type { Sender } from './sender';

/** How a name was looked up. */
export interface NameResult {
  readonly rcode: TryCode;
  readonly address?: string;
  /** One for each name tried; none where the host is an address, or where the sender has no network to ask by. */
  readonly tries: readonly ResolverTry[];
  /** How the last exchange with a name server ended, where packets were sent. */
  readonly exchange?: DatagramResult;
  readonly elapsed_ms: number;
}

const DNS_PORT = 53;

/** The address of a host, by the sender's own way: an address as it is, a name by DNS packets or by the outside's names. */
export function resolveName(
  host: string,
  sender: Sender,
  objects: ClusterObjects,
  dependencies: TraceflowDependencies,
): NameResult {
  if (tryParseAddress(host) !== undefined) return found(host);
  const own = ownName(host, sender);
  if (own !== undefined) return found(own);
  if (sender.namespace === undefined) return { rcode: 'TIMEOUT', tries: [], elapsed_ms: 0 };
  if (sender.resolver === undefined) return resolveOutside(host, objects, dependencies);
  let exchange: DatagramResult | undefined;
  let elapsed_ms = 0;
  const { namespace } = sender;
  const resolution = resolve(host, sender.resolver, (nameserver, data) => {
    exchange = dependencies.network.sendDatagram(namespace, {
      destination: nameserver,
      port: DNS_PORT,
      data,
    });
    elapsed_ms += exchange.elapsed_ms;
    return exchange.replies[0];
  });
  const [address] = resolution.addresses;
  const { rcode, tries } = resolution;
  return { rcode, tries, elapsed_ms, ...(address ? { address } : {}), ...(exchange ? { exchange } : {}) };
}

function found(address: string): NameResult {
  return { rcode: 'NOERROR', address, tries: [], elapsed_ms: 0 };
}

/** What `/etc/hosts` of a pod has. */
function ownName(host: string, { pod }: Sender): string | undefined {
  if (host === 'localhost') return '127.0.0.1';
  if (pod && host === (pod.spec.hostname ?? pod.metadata.name)) return pod.status?.podIP;
  return pod?.spec.hostAliases?.find(({ hostnames }) => hostnames?.includes(host))?.ip;
}

function resolveOutside(
  host: string,
  objects: ClusterObjects,
  { surroundings }: TraceflowDependencies,
): NameResult {
  const name = host.toLowerCase().replace(/\.$/, '');
  const address = createOutsideNames(objects, surroundings.hosts)(name)?.[0];
  const rcode = address === undefined ? 'NXDOMAIN' : 'NOERROR';
  const answers = address === undefined ? [] : [address];
  const attempt: ResolverTry = { name, type: 'A', rcode, answers, nameserver: 'outside' };
  return { rcode, tries: [attempt], elapsed_ms: 0, ...(address === undefined ? {} : { address }) };
}

/**
 * The names that exist outside the cluster: declared hosts, nodes, and load balancers under `service.namespace` (or
 * the hostname that the cloud gave them). What CoreDNS forwards to, and what the outside and nodes ask.
 */
export function createOutsideNames(
  objects: ClusterObjects,
  hosts: readonly { readonly name: string; readonly ip: string }[],
): (name: string) => readonly string[] | undefined {
  return (name) => {
    const host = hosts.find((candidate) => candidate.name === name);
    if (host) return [host.ip];
    const node = objects.nodes.get(name);
    const address = node && internalAddress(node);
    return address === undefined ? balancerAddresses(objects, name) : [address];
  };
}

function balancerAddresses(objects: ClusterObjects, name: string): string[] | undefined {
  const [service, namespace, ...rest] = name.split('.');
  if (namespace === undefined || rest.length > 0) return undefined;
  const ingress = objects.services.get(`${namespace}/${service}`)?.status?.loadBalancer?.ingress ?? [];
  const addresses = ingress.flatMap(({ ip }) => (ip ? [ip] : []));
  return addresses.length > 0 ? addresses : undefined;
}
