import { addressTypes, hostsAddresses, networkExchange, resolve } from '@podlab/coredns';
import type { ResolverTry, TryCode } from '@podlab/coredns';
import { formatAddress, tryParseAddress } from '@podlab/netstack';
import type { DatagramResult } from '@podlab/netstack';
import type { ClusterObjects } from '../cluster-objects';
import { internalAddresses } from '../cluster-objects';
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

/**
 * The address of a host by the sender's own way: an address as it is, a name by `/etc/hosts` or by DNS packets. Whoever
 * asks gives up after `limit_ms`.
 */
export function resolveName(
  host: string,
  { namespace, resolver, hosts }: Sender,
  { network }: TraceflowDependencies,
  limit_ms: number,
): NameResult {
  const written = tryParseAddress(host);
  if (written !== undefined) return found(formatAddress(written));
  const types = addressTypes(network, namespace ?? '');
  const own = hostsAddresses(hosts, host).find((address) =>
    types.includes(address.includes(':') ? 'AAAA' : 'A'),
  );
  if (own !== undefined) return found(own);
  if (namespace === undefined) return { rcode: 'TIMEOUT', tries: [], elapsed_ms: 0 };
  let exchange: DatagramResult | undefined;
  const ask = networkExchange(network, namespace, (result) => (exchange = result));
  const { rcode, tries, elapsed_ms, addresses } = resolve(host, resolver, ask, { types, limit_ms });
  const [address] = addresses;
  return { rcode, tries, elapsed_ms, ...(address ? { address } : {}), ...(exchange ? { exchange } : {}) };
}

function found(address: string): NameResult {
  return { rcode: 'NOERROR', address, tries: [], elapsed_ms: 0 };
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
    const addresses = hosts.filter((candidate) => candidate.name === name).map(({ ip }) => ip);
    if (addresses.length > 0) return addresses;
    const node = objects.nodes.get(name);
    const own = node ? internalAddresses(node) : [];
    return own.length === 0 ? balancerAddresses(objects, name) : own;
  };
}

function balancerAddresses(objects: ClusterObjects, name: string): string[] | undefined {
  const [service, namespace, ...rest] = name.split('.');
  if (namespace === undefined || rest.length > 0) return undefined;
  const ingress = objects.services.get(`${namespace}/${service}`)?.status?.loadBalancer?.ingress ?? [];
  const addresses = ingress.flatMap(({ ip }) => (ip ? [ip] : []));
  return addresses.length > 0 ? addresses : undefined;
}
