import type { Step } from '@podlab/contracts';
import type { RawHop, RawStep } from '@podlab/netstack';
import type { ClusterObjects } from '../cluster-objects';
import { referenceTo } from '../cluster-objects';
import type { BalancerView } from '../dependencies';
import { message } from '../describe/render';
import type { Language } from '../describe/render';

const PREFIX = 'loadbalancer/';

/** Finds a load balancer of the cloud by its id. */
export type FindBalancer = (id: string) => BalancerView | undefined;

/** A step's addresses as the contract has them. */
type AddressesOf = (header: RawStep['before']) => Step['before'];

/** Tells which node a load balancer chose, and why not another: its routing or translation in the words of the cloud. */
export class BalancingSteps {
  constructor(
    private readonly objects: ClusterObjects,
    private readonly find: FindBalancer,
  ) {}

  isBalancer({ namespace }: RawHop): boolean {
    return namespace.startsWith(PREFIX);
  }

  /** The step that a raw one of a load balancer's request stands for, beside its own; undefined for most. */
  stepOf(raw: RawStep, hop: RawHop, language: Language, addressesOf: AddressesOf): Step | undefined {
    if (hop.direction !== 'request') return undefined;
    const balancer = this.find(hop.namespace.slice(PREFIX.length));
    const address = balancer && chosenAddress(raw, balancer);
    if (!balancer || address === undefined) return undefined;
    const node = address === null ? undefined : this.objects.nodeAt(address);
    const chosen = node?.metadata.name ?? '';
    const service = this.objects.services.get(balancer.service);
    const nodes = balancer.hosts.map((name) => ({
      node: name,
      healthy: balancer.health.get(name)?.healthy ?? false,
      reason: balancer.health.get(name)?.reason ?? '',
    }));
    const sick = nodes.filter(({ healthy }) => !healthy).map((each) => `${each.node} (${each.reason})`);
    const params = {
      service: balancer.service,
      chosen,
      count: nodes.length - sick.length,
      total: nodes.length,
      sick: sick.join(', '),
    };
    const { id, source } = balancer;
    return {
      type: 'LoadBalancing',
      action: address === null ? 'Dropped' : 'Forwarded',
      before: addressesOf(raw.before),
      after: address === null ? null : addressesOf(raw.after),
      detail: { balancer: id, address: balancer.address, source, chosen, nodes },
      objects: [...(service ? [referenceTo(service)] : []), ...(node ? [referenceTo(node)] : [])],
      message: message(codeOf(address, sick.length), params, language),
    };
  }
}

function codeOf(address: string | null, sick: number): string {
  if (address === null) return sick === 0 ? 'LoadBalancing.NoHost' : 'LoadBalancing.NoNode';
  return sick === 0 ? 'LoadBalancing.Node' : 'LoadBalancing.HealthyNode';
}

/** The address of the node that a step decides for, null where it decides for none; undefined for other steps. */
function chosenAddress(raw: RawStep, { address, source }: BalancerView): string | null | undefined {
  if (raw.type === 'DestinationNat') return raw.after.destination;
  if (raw.type !== 'Routing' || raw.before.destination !== address) return undefined;
  if (raw.detail.result === 'Blackhole') return null;
  return source === 'preserve' ? raw.detail.gateway : undefined;
}
