/** The addresses of a cluster's parts must not be each other's: what is checked before a cluster is made. */

/** The segment on which nodes, the control plane and load balancers meet, and the loopback. */
const RESERVED = ['172.18.0.0/16', '127.0.0.0/8', '0.0.0.0/8', '224.0.0.0/3'];
/** One node's pod addresses, as a prefix length. */
const NODE_PREFIX_LENGTH = 24;

interface AddressPlan {
  readonly service_cidr: string;
  readonly pod_cidr: string;
  readonly nodes: number | readonly { readonly external_ip?: string }[];
  readonly world: { readonly hosts: readonly { readonly ip: string }[] };
}

export interface AddressFault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What is wrong with a plan, field by field; nothing when all parts can stand side by side. */
export function addressFaults(plan: AddressPlan): AddressFault[] {
  const { service_cidr, pod_cidr, nodes, world } = plan;
  const faults: AddressFault[] = [];
  const count = typeof nodes === 'number' ? nodes : nodes.length;
  const prefix = prefixLength(pod_cidr);
  if (prefix > NODE_PREFIX_LENGTH || 2 ** (NODE_PREFIX_LENGTH - prefix) < count) {
    faults.push({
      path: ['pod_cidr'],
      message: `must have a /${NODE_PREFIX_LENGTH} for each of ${count} nodes`,
    });
  }
  if (prefixLength(service_cidr) > 28)
    faults.push({ path: ['service_cidr'], message: 'must be a /28 or larger' });
  for (const [path, cidr, others] of [
    ['service_cidr', service_cidr, RESERVED],
    ['pod_cidr', pod_cidr, [service_cidr, ...RESERVED]],
  ] as const) {
    const other = others.find((each) => overlap(cidr, each));
    if (other) faults.push({ path: [path], message: `overlaps ${other}, which is in use` });
  }
  const taken = [service_cidr, pod_cidr, ...RESERVED];
  const check = (path: (string | number)[], ip: string | undefined) => {
    const other = ip && taken.find((each) => overlap(`${ip}/32`, each));
    if (other) faults.push({ path, message: `lies in ${other}, which is in use` });
  };
  world.hosts.forEach(({ ip }, index) => check(['world', 'hosts', index, 'ip'], ip));
  if (typeof nodes !== 'number')
    nodes.forEach((node, index) => check(['nodes', index, 'external_ip'], node.external_ip));
  return faults;
}

const prefixLength = (cidr: string) => Number(cidr.split('/')[1]);

function overlap(one: string, other: string): boolean {
  const size = 2 ** (32 - Math.min(prefixLength(one), prefixLength(other)));
  return Math.floor(numberOf(one) / size) === Math.floor(numberOf(other) / size);
}

function numberOf(cidr: string): number {
  return cidr
    .split('/')[0]
    .split('.')
    .reduce((value, part) => value * 256 + Number(part), 0);
}
