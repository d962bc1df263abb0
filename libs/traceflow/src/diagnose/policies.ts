import type { NetworkPolicy, Pod } from '@podlab/api';
import { applyJsonPatch, matchesLabels, selectorFromLabelSelector } from '@podlab/apimachinery';
import { NETWORK_POLICY_HANDLER, PolicyEngine } from '@podlab/network-policy';
import type { Flow, PolicyDecision } from '@podlab/network-policy';
import type { WalkEnd } from '@podlab/netstack';
import { referenceTo } from '../cluster-objects';
import type { Failure, Finding } from './finding';
import { nameOf } from './finding';
import { addedRule, repairs } from './policy-repairs';
import type { DeniedFlow, Repair } from './policy-repairs';

const DNS_PORT = 53;
/** Repairs that are tried: each costs a policy made anew, and a policy may have any number of peers. */
const REPAIRS_TRIED = 24;

/** The decision of the policies that dropped a packet; undefined where something else stopped it. */
function droppedBy(end: WalkEnd | undefined): PolicyDecision | undefined {
  const queue = end?.queue;
  return queue?.handler === NETWORK_POLICY_HANDLER ? (queue.data as PolicyDecision) : undefined;
}

/** What tells one drop by policies from another. */
export function policyDropKey(end: WalkEnd | undefined): string {
  const decision = droppedBy(end);
  return decision === undefined ? '' : JSON.stringify(decision);
}

/** A policy dropped the request. */
export function deniedByPolicy(failure: Failure): Finding | undefined {
  const decision = droppedBy(failure.outcome?.end);
  return decision && explain(decision, failure, 'DeniedByNetworkPolicy');
}

/** A policy dropped the question for the name: the mistake that everybody makes once with egress rules. */
export function dnsDeniedByPolicy(failure: Failure): Finding | undefined {
  const decision = droppedBy(failure.name.exchange?.end);
  return decision?.flow.destination_port === DNS_PORT
    ? explain(decision, failure, 'DnsDeniedByNetworkPolicy')
    : undefined;
}

function explain(
  decision: PolicyDecision,
  failure: Failure,
  code: 'DeniedByNetworkPolicy' | 'DnsDeniedByNetworkPolicy',
): Finding | undefined {
  const denied = deniedFlow(decision, failure, code === 'DnsDeniedByNetworkPolicy');
  const policy = narrowest(denied);
  if (policy === undefined) return undefined;
  const engine = engineOver(failure);
  const found = repairs(denied)
    .slice(0, REPAIRS_TRIED)
    .find((repair) => mends(repair, decision, engine));
  const repair = found ?? addedRule(policy, denied);
  const rewritten = found === undefined ? rewrittenSource(decision, failure, engine) : undefined;
  const { direction, flow, pod } = decision;
  const params = {
    pod: `${pod.namespace}/${pod.name}`,
    peer: denied.pod === undefined ? denied.address : nameOf(denied.pod),
    traffic: flow.protocol === 'ICMP' ? 'ICMP' : `${flow.protocol} ${flow.destination_port}`,
    direction: direction.toLowerCase(),
    policies: decision.isolated_by.map(({ name }) => name).join(', '),
    ...repair.params,
    ...(rewritten !== undefined && { client: rewritten }),
  };
  const general = code === 'DnsDeniedByNetworkPolicy' ? code : `${code}.${direction}`;
  const message = rewritten === undefined ? (repair.message ?? general) : `${code}.SourceIsNode`;
  return {
    code,
    object: repair.policy,
    field: repair.field,
    found: repair.found,
    expected: repair.expected,
    fix: { action: 'Patch', object: referenceTo(repair.policy), patch: [...repair.patch] },
    params,
    message,
  };
}

/** Of the policies that isolate, the one that a further rule would change for the fewest pods. */
function narrowest({ policies, pods }: DeniedFlow): NetworkPolicy | undefined {
  const counted = policies.map((policy) => {
    const selector = selectorFromLabelSelector(policy.spec.podSelector ?? {});
    const selected = pods.filter(
      ({ metadata }) =>
        metadata.namespace === policy.metadata.namespace && matchesLabels(selector, metadata.labels),
    );
    return { policy, selected: selected.length };
  });
  return counted.sort((one, other) => one.selected - other.selected)[0]?.policy;
}

function deniedFlow(decision: PolicyDecision, { objects, target }: Failure, dns: boolean): DeniedFlow {
  const { direction, flow, isolated_by } = decision;
  const address = direction === 'Egress' ? flow.destination : flow.source;
  const pod = objects.podAt(address);
  const policies = isolated_by.flatMap(
    ({ namespace, name }) => objects.policies.get(`${namespace}/${name}`) ?? [],
  );
  const destination = objects.podAt(flow.destination);
  return {
    decision,
    policies,
    address,
    requested_port: dns ? DNS_PORT : target.port,
    dns,
    namespaces: objects.namespaces.list(),
    pods: objects.pods.list(),
    ...(pod && { pod }),
    ...(destination && { destination }),
  };
}

function engineOver({ objects }: Failure): PolicyEngine {
  const engine = new PolicyEngine();
  for (const policy of objects.policies.list()) engine.setPolicy(policy);
  for (const namespace of objects.namespaces.list()) engine.setNamespace(namespace);
  for (const pod of objects.pods.list()) engine.setPod(pod);
  return engine;
}

/** Whether the policies would let the flow pass with the repair. */
function mends(
  { policy, patch }: Repair,
  { direction, flow }: PolicyDecision,
  engine: PolicyEngine,
): boolean {
  engine.setPolicy(applyJsonPatch(policy, patch) as NetworkPolicy);
  const allowed = engine.decide(direction, flow)?.allowed ?? true;
  engine.setPolicy(policy);
  return allowed;
}

/** The sender's own address, where a policy would let that in and only sees the node's that replaced it. */
function rewrittenSource(
  { direction, flow }: PolicyDecision,
  { sender, objects }: Failure,
  engine: PolicyEngine,
): string | undefined {
  const source = sender.source_address ?? ownAddress(sender.pod, flow.source);
  if (direction !== 'Ingress' || source === undefined || source === flow.source) return undefined;
  if (objects.podAt(flow.source) !== undefined) return undefined;
  const unchanged: Flow = { ...flow, source };
  return engine.decide(direction, unchanged)?.allowed === true ? source : undefined;
}

/** The pod's address of the family that `like` is of. */
function ownAddress(pod: Pod | undefined, like: string): string | undefined {
  if (pod?.spec.hostNetwork === true) return undefined;
  return pod?.status?.podIPs?.find(({ ip }) => ip.includes(':') === like.includes(':'))?.ip;
}
