import type { Namespace, NetworkPolicy, Pod } from '@podlab/api';
import { matchesLabels, objectKey } from '@podlab/apimachinery';
import type { Labels } from '@podlab/apimachinery';
import { tryParseAddress } from '@podlab/netstack';
import { compilePolicy } from './compile';
import type { CompiledPolicy } from './compile';
import type { AllowingRule, Flow, PolicyDecision, PolicyDirection } from './decision';
import { matchesPeer, matchingPort } from './matcher';
import type { PolicyFlow } from './matcher';
import { addressesOf } from './policy-pod';
import type { PodProfile, PolicyEnd, PolicyPod } from './policy-pod';
import { PodProfiles } from './pod-profiles';

type Isolating = { [D in PolicyDirection]: readonly CompiledPolicy[] };

const NOBODY: readonly CompiledPolicy[] = [];

/** Called with each rule that allows a flow; true ends the search. */
type Visitor = (policy: CompiledPolicy, field: string, portField: string | undefined) => boolean;

const FIRST_IS_ENOUGH: Visitor = () => true;

/**
 * Policies, pods and namespaces, indexed so that a verdict costs the same however many there are: which policies
 * isolate a pod and which peers it belongs to is found once for all pods that are alike, when somebody asks.
 */
export class PolicyEngine {
  private readonly policies = new Map<string, Map<string, CompiledPolicy>>();
  private readonly namespaces = new Map<string, Labels>();
  private readonly pods = new Map<string, PolicyPod>();
  private readonly by_address = new Map<string, readonly PolicyPod[]>();
  private readonly profiles = new PodProfiles((profile) => this.forgetProfile(profile));
  private readonly isolating = new Map<PodProfile, Isolating>();
  private readonly context = {
    namespace: '',
    namespaceLabels: (namespace: string) => this.namespaces.get(namespace),
  };

  setPolicy(policy: NetworkPolicy): void {
    const { namespace = '', name } = policy.metadata;
    let own = this.policies.get(namespace);
    if (!own) this.policies.set(namespace, (own = new Map()));
    own.set(name, compilePolicy(policy));
    this.forgetIsolating(namespace);
  }

  removePolicy(namespace: string, name: string): void {
    this.policies.get(namespace)?.delete(name);
    this.forgetIsolating(namespace);
  }

  setNamespace({ metadata }: Namespace): void {
    this.namespaces.set(metadata.name, metadata.labels ?? {});
    this.forgetPeersOf(metadata.name);
  }

  removeNamespace(name: string): void {
    this.namespaces.delete(name);
    this.forgetPeersOf(name);
  }

  setPod(pod: Pod): void {
    const key = objectKey(pod);
    this.removePod(key);
    const addresses = addressesOf(pod);
    if (addresses.length === 0) return;
    const { namespace = '', name, creationTimestamp = '' } = pod.metadata;
    const node = pod.spec.nodeName ?? '';
    const profile = this.profiles.take(pod);
    const made = { key, namespace, name, node, created: creationTimestamp, addresses, profile };
    this.pods.set(key, made);
    for (const address of addresses) {
      this.by_address.set(address, [...(this.by_address.get(address) ?? []), made].sort(newestFirst));
    }
  }

  removePod(key: string): void {
    const pod = this.pods.get(key);
    if (!pod) return;
    this.pods.delete(key);
    for (const address of pod.addresses) {
      const others = (this.by_address.get(address) ?? []).filter((other) => other !== pod);
      if (others.length > 0) this.by_address.set(address, others);
      else this.by_address.delete(address);
    }
    this.profiles.give(pod.profile);
  }

  /** The pod that has an address for its own. */
  podAt(address: string): PolicyPod | undefined {
    return this.by_address.get(address)?.[0];
  }

  /** One end of flows, to be asked about more than once. */
  end(text: string): PolicyEnd {
    return { text, address: tryParseAddress(text), pod: this.podAt(text) };
  }

  /** Whether both ends let the flow pass. */
  allows({ source, destination, protocol, destination_port }: Flow): boolean {
    return this.allowsBetween(this.end(source), this.end(destination), protocol, destination_port);
  }

  /** {@link allows} for ends that are known already. */
  allowsBetween(source: PolicyEnd, destination: PolicyEnd, protocol: string, port: number): boolean {
    if (source.pod !== undefined && source.pod === destination.pod) return true;
    return (
      this.passes('Egress', source, destination, protocol, port, destination.pod) &&
      this.passes('Ingress', destination, source, protocol, port, destination.pod)
    );
  }

  private passes(
    direction: PolicyDirection,
    near: PolicyEnd,
    far: PolicyEnd,
    protocol: string,
    port: number,
    destination: PolicyPod | undefined,
  ): boolean {
    if (near.pod === undefined) return true;
    const isolating = this.isolatingOf(near.pod.profile)[direction];
    if (isolating.length === 0) return true;
    const flow = { far, protocol, port, destination: destination?.profile };
    return this.visit(direction, isolating, flow, FIRST_IS_ENOUGH);
  }

  /** What the policies of one end say, and which; undefined where nothing isolates it, and between a pod and itself. */
  decide(direction: PolicyDirection, flow: Flow): PolicyDecision | undefined {
    const source = this.end(flow.source);
    const destination = this.end(flow.destination);
    const [near, far] = direction === 'Egress' ? [source, destination] : [destination, source];
    const { pod } = near;
    if (pod === undefined || pod === far.pod) return undefined;
    const isolating = this.isolatingOf(pod.profile)[direction];
    if (isolating.length === 0) return undefined;
    const allowed_by: AllowingRule[] = [];
    const { protocol, destination_port: port } = flow;
    const asked = { far, protocol, port, destination: destination.pod?.profile };
    this.visit(direction, isolating, asked, ({ reference }, field, portField) => {
      allowed_by.push({ ...reference, field, ...(portField !== undefined && { port_field: portField }) });
      return false;
    });
    return {
      direction,
      allowed: allowed_by.length > 0,
      flow: { protocol, source: flow.source, destination: flow.destination, destination_port: port },
      pod: { namespace: pod.namespace, name: pod.name },
      isolated_by: isolating.map(({ reference }) => reference),
      allowed_by,
    };
  }

  /** Shows the visitor every rule that allows the flow, until it has enough; true when it had. */
  private visit(
    direction: PolicyDirection,
    isolating: readonly CompiledPolicy[],
    flow: PolicyFlow,
    visitor: Visitor,
  ): boolean {
    const { context } = this;
    for (const policy of isolating) {
      context.namespace = policy.reference.namespace;
      for (const rule of policy.rules[direction] ?? []) {
        const port = rule.ports.length === 0 ? undefined : matchingPort(rule, flow);
        if (port === undefined && rule.ports.length > 0) continue;
        if (rule.peers.length === 0 && visitor(policy, rule.field, port?.field)) return true;
        for (const peer of rule.peers) {
          if (matchesPeer(peer, flow.far, context) && visitor(policy, peer.field, port?.field)) return true;
        }
      }
    }
    return false;
  }

  /** The policies that isolate pods of a profile, by name. */
  private isolatingOf(profile: PodProfile): Isolating {
    let found = this.isolating.get(profile);
    if (!found) {
      const own = [...(this.policies.get(profile.namespace)?.values() ?? NOBODY)]
        .filter(({ selector }) => matchesLabels(selector, profile.labels))
        .sort((one, other) => (one.reference.name < other.reference.name ? -1 : 1));
      found = {
        Ingress: own.filter(({ rules }) => rules.Ingress !== undefined),
        Egress: own.filter(({ rules }) => rules.Egress !== undefined),
      };
      this.isolating.set(profile, found);
    }
    return found;
  }

  private forgetIsolating(namespace: string): void {
    for (const profile of this.isolating.keys())
      if (profile.namespace === namespace) this.isolating.delete(profile);
  }

  /** The labels of a namespace are others now. */
  private forgetPeersOf(namespace: string): void {
    for (const profile of this.profiles.all()) if (profile.namespace === namespace) this.forgetPeers(profile);
  }

  private forgetProfile(profile: PodProfile): void {
    this.isolating.delete(profile);
    this.forgetPeers(profile);
  }

  private forgetPeers({ id }: PodProfile): void {
    for (const own of this.policies.values()) {
      for (const { rules } of own.values()) {
        for (const { peers } of [...(rules.Ingress ?? []), ...(rules.Egress ?? [])]) {
          for (const { known } of peers) known[id] = undefined;
        }
      }
    }
  }
}

/** Of two pods with one address the newer has it: the other ended and its object is still there. */
function newestFirst(one: PolicyPod, other: PolicyPod): number {
  if (one.created !== other.created) return one.created > other.created ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}
