/** The addresses of a cluster's parts must not be each other's: what is checked before a cluster is made. */
import { familyOf, overlap, parseRange } from './address-range';
import type { AddressRange, IpFamily } from './address-range';

/** The segment on which nodes, the control plane and load balancers meet, the loopback, and what is nobody's own. */
const RESERVED: Readonly<Record<IpFamily, readonly string[]>> = {
  IPv4: ['172.18.0.0/16', '127.0.0.0/8', '0.0.0.0/8', '224.0.0.0/3'],
  IPv6: ['fd00:172:18::/64', '::/8', 'fe80::/10', 'ff00::/8'],
};
/** One node's pod addresses, as a prefix length. */
const NODE_PREFIX_LENGTH: Readonly<Record<IpFamily, number>> = { IPv4: 24, IPv6: 64 };
/** Models k8s.io/kubernetes pkg/controller/nodeipam/ipam/cidrset clusterSubnetMaxDiff. */
const NODE_BITS_LIMIT = 16;
/** Models cmd/kube-apiserver/app/options/validation.go maxCIDRBits, and the least that kubeadm takes. */
const SERVICE_PREFIX_LENGTHS: Readonly<Record<IpFamily, { largest: number; smallest: number }>> = {
  IPv4: { largest: 0, smallest: 28 },
  IPv6: { largest: 108, smallest: 124 },
};

export interface AddressPlan {
  readonly ip_families: readonly IpFamily[];
  readonly service_cidr: string;
  readonly pod_cidr: string;
  readonly nodes: number | readonly { readonly external_ip?: string }[];
  readonly world: { readonly hosts: readonly { readonly ip: string }[] };
}

export interface AddressFault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Ranges of Services and pods where a cluster's maker names none, by family. */
export const DEFAULT_RANGES: Readonly<
  Record<'service_cidr' | 'pod_cidr', Readonly<Record<IpFamily, string>>>
> = {
  service_cidr: { IPv4: '10.96.0.0/16', IPv6: 'fd00:10:96::/112' },
  pod_cidr: { IPv4: '10.244.0.0/16', IPv6: 'fd00:10:244::/56' },
};

/** What is wrong with a plan, field by field; nothing when all parts can stand side by side. */
export function addressFaults(plan: AddressPlan): AddressFault[] {
  const services = rangesOf(plan, 'service_cidr');
  const pods = rangesOf(plan, 'pod_cidr');
  const faults = [
    ...(typeof services === 'string' ? [{ path: ['service_cidr'], message: services }] : []),
    ...(typeof pods === 'string' ? [{ path: ['pod_cidr'], message: pods }] : []),
  ];
  if (typeof services === 'string' || typeof pods === 'string') return faults;
  const count = typeof plan.nodes === 'number' ? plan.nodes : plan.nodes.length;
  for (const range of pods) {
    const message = podRangeFault(range, count);
    if (message !== undefined) faults.push({ path: ['pod_cidr'], message });
  }
  for (const range of services) {
    const message = serviceRangeFault(range);
    if (message !== undefined) faults.push({ path: ['service_cidr'], message });
  }
  const reserved = plan.ip_families.flatMap((family) => RESERVED[family]).map(knownRange);
  const check = (path: string, ranges: readonly AddressRange[], others: readonly AddressRange[]) => {
    for (const range of ranges) {
      const other = others.find((each) => overlap(range, each));
      if (other) faults.push({ path: [path], message: `overlaps ${other.text}, which is in use` });
    }
  };
  check('service_cidr', services, reserved);
  check('pod_cidr', pods, [...services, ...reserved]);
  return [...faults, ...addressesTaken(plan, [...services, ...pods, ...reserved])];
}

/** One range of each family in the order of `ip_families`, or what is wrong. */
function rangesOf(plan: AddressPlan, field: 'service_cidr' | 'pod_cidr'): AddressRange[] | string {
  const families = plan.ip_families;
  const ranges = plan[field].split(',').map((text) => parseRange(text.trim()));
  const fits = ranges.length === families.length && ranges.every((each, at) => each?.family === families[at]);
  if (fits) return ranges as AddressRange[];
  return families.length === 1
    ? `must be one ${families[0]} range, as ip_families says`
    : `must be an ${families[0]} and an ${families[1]} range with a comma between, as ip_families says`;
}

function podRangeFault({ family, length }: AddressRange, nodes: number): string | undefined {
  const own = NODE_PREFIX_LENGTH[family];
  if (length > own || 2 ** (own - length) < nodes) return `must have a /${own} for each of ${nodes} nodes`;
  if (family === 'IPv6' && own - length > NODE_BITS_LIMIT)
    return `must be a /${own - NODE_BITS_LIMIT} or smaller`;
  return undefined;
}

function serviceRangeFault({ family, length }: AddressRange): string | undefined {
  const { largest, smallest } = SERVICE_PREFIX_LENGTHS[family];
  if (length > smallest) return `must be a /${smallest} or larger`;
  return length < largest ? `must be a /${largest} or smaller` : undefined;
}

/** Addresses of the outside that the cluster has already, or could not speak to. */
function addressesTaken(plan: AddressPlan, taken: readonly AddressRange[]): AddressFault[] {
  const faults: AddressFault[] = [];
  const check = (path: (string | number)[], ip: string | undefined) => {
    if (ip === undefined) return;
    const family = familyOf(ip);
    if (!plan.ip_families.includes(family)) {
      faults.push({ path, message: `is an ${family} address, and ip_families has no ${family}` });
      return;
    }
    const own = parseRange(`${ip}/${family === 'IPv4' ? 32 : 128}`);
    const other = own && taken.find((each) => overlap(own, each));
    if (other) faults.push({ path, message: `lies in ${other.text}, which is in use` });
  };
  plan.world.hosts.forEach(({ ip }, index) => check(['world', 'hosts', index, 'ip'], ip));
  if (typeof plan.nodes !== 'number')
    plan.nodes.forEach((node, index) => check(['nodes', index, 'external_ip'], node.external_ip));
  return faults;
}

function knownRange(text: string): AddressRange {
  return parseRange(text) as AddressRange;
}
