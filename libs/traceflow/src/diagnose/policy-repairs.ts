import type {
  LabelSelector,
  Namespace,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  Pod,
} from '@podlab/api';
import { matchesLabels, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { JsonPatchOperation } from '@podlab/contracts';
import type { PolicyDecision } from '@podlab/network-policy';
import { parsePrefix, parseAddress, prefixContains } from '@podlab/netstack';
import type { MessageParams } from '../describe/render';
import { nearest } from './near';
import { patchedSelector } from './selectors';

/** What is known of a flow that policies deny. */
export interface DeniedFlow {
  readonly decision: PolicyDecision;
  /** Those that isolate, by name. */
  readonly policies: readonly NetworkPolicy[];
  /** The other end, and the pod behind it. */
  readonly address: string;
  readonly pod?: Pod;
  /** The pod that the flow goes to. */
  readonly destination?: Pod;
  /** The port that the sender asked for, before any translation. */
  readonly requested_port: number;
  readonly dns: boolean;
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
}

/** A change of a policy that might let the flow pass, and what to say of it. */
export interface Repair {
  readonly policy: NetworkPolicy;
  readonly field: string;
  readonly found: unknown;
  readonly expected: unknown;
  readonly patch: readonly JsonPatchOperation[];
  /** Code of its sentence; none where there is nothing to say but that it is denied. */
  readonly message?: string;
  readonly params?: MessageParams;
}

/** A rule of a policy, with its place as a field path and as a JSON Pointer. */
interface RuleAt {
  readonly policy: NetworkPolicy;
  readonly field: string;
  readonly pointer: string;
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
  readonly side: 'from' | 'to';
}

interface PeerAt {
  readonly policy: NetworkPolicy;
  readonly peer: NetworkPolicyPeer;
  readonly field: string;
  readonly pointer: string;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
/** Labels that controllers give to single pods or revisions: a selector by them would not last. */
const FLEETING_LABELS =
  /^(pod-template-hash|controller-revision-hash|pod-template-generation|job-name|controller-uid|(statefulset|apps|batch)\.kubernetes\.io\/.*)$/;
/** What a near label may cost at most: beyond that another one is meant. */
const NEAR_COST = 10;

/** Small changes that might do, the likeliest mistake first. Whether one does is for the policies themselves to say. */
export function repairs(denied: DeniedFlow): Repair[] {
  const rules = denied.policies.flatMap((policy) => rulesOf(policy, denied.decision.direction));
  const peers = rules.flatMap(peersOf);
  return [
    ...rules.flatMap((rule) => portOfService(rule, denied)),
    ...rules.flatMap((rule) => otherPort(rule, denied)),
    ...peers.flatMap((at) => otherNamespace(at, denied)),
    ...peers.flatMap((at) => namespaceLabel(at, denied)),
    ...peers.flatMap((at) => podLabel(at, denied)),
    ...peers.flatMap((at) => onePeerForTwo(at, denied)),
    ...peers.flatMap((at) => exceptedAddress(at, denied)),
    ...rules.flatMap((rule) => missingPort(rule, denied)),
  ];
}

function rulesOf(policy: NetworkPolicy, direction: PolicyDecision['direction']): RuleAt[] {
  const side = direction === 'Ingress' ? 'from' : 'to';
  const list = side === 'from' ? 'ingress' : 'egress';
  const rules: readonly (NetworkPolicyIngressRule & NetworkPolicyEgressRule)[] = policy.spec[list] ?? [];
  return rules.map((rule, index) => ({
    policy,
    field: `spec.${list}[${index}]`,
    pointer: `/spec/${list}/${index}`,
    ports: rule.ports ?? [],
    peers: rule[side] ?? [],
    side,
  }));
}

function peersOf({ policy, field, pointer, peers, side }: RuleAt): PeerAt[] {
  return peers.map((peer, index) => {
    return { policy, peer, field: `${field}.${side}[${index}]`, pointer: `${pointer}/${side}/${index}` };
  });
}

/** The policy names the Service's port, but sees packets that go to the pod's already. */
function portOfService(rule: RuleAt, { decision, requested_port: requested }: DeniedFlow): Repair[] {
  const actual = decision.flow.destination_port;
  if (requested === actual) return [];
  return rule.ports.flatMap(({ port, endPort }, index) => {
    if (port !== requested || endPort !== undefined) return [];
    const patch = [replace(`${rule.pointer}/ports/${index}/port`, actual)];
    const field = `${rule.field}.ports[${index}].port`;
    return [repair(rule, field, port, actual, patch, 'PortOfService')];
  });
}

/** The right port by another protocol, or by a name that the pod gives to another port. */
function otherPort(rule: RuleAt, { decision, destination, dns }: DeniedFlow): Repair[] {
  const { protocol, destination_port: actual } = decision.flow;
  if (protocol === 'ICMP' || dns) return [];
  return rule.ports.flatMap(({ port, protocol: written = 'TCP' }, index) => {
    const at = `${rule.field}.ports[${index}]`;
    const pointer = `${rule.pointer}/ports/${index}`;
    if (typeof port === 'string') {
      const expected = portName(destination, protocol, actual) ?? actual;
      if (port === expected) return [];
      return [repair(rule, `${at}.port`, port, expected, [replace(`${pointer}/port`, expected)], 'PortName')];
    }
    if (written === protocol || port !== actual) return [];
    const patch = [replace(`${pointer}/protocol`, protocol)];
    return [repair(rule, `${at}.protocol`, written, protocol, patch, 'Protocol')];
  });
}

function portName(pod: Pod | undefined, protocol: string, number: number): string | undefined {
  const ports = (pod?.spec.containers ?? []).flatMap(({ ports: own }) => own ?? []);
  return ports.find((port) => port.containerPort === number && (port.protocol ?? 'TCP') === protocol)?.name;
}

/** A podSelector alone means pods of the policy's own namespace. */
function otherNamespace({ policy, peer, field, pointer }: PeerAt, { pod }: DeniedFlow): Repair[] {
  const namespace = pod?.metadata.namespace ?? '';
  if (!pod || !peer.podSelector || peer.namespaceSelector || namespace === policy.metadata.namespace)
    return [];
  const expected = { [NAME_LABEL]: namespace };
  const patch = [add(`${pointer}/namespaceSelector`, { matchLabels: expected })];
  const at = `${field}.namespaceSelector`;
  return [
    repair({ policy }, at, policy.metadata.namespace, expected, patch, 'OtherNamespace', { namespace }),
  ];
}

/** A namespaceSelector that selects no namespace at all, or nearly the right one. */
function namespaceLabel({ policy, peer, field, pointer }: PeerAt, denied: DeniedFlow): Repair[] {
  const { namespaceSelector } = peer;
  const { pod, namespaces } = denied;
  if (!pod || !namespaceSelector) return [];
  const namespace = pod.metadata.namespace ?? '';
  const selector = selectorFromLabelSelector(namespaceSelector);
  const selectsNone = !namespaces.some(({ metadata }) => matchesLabels(selector, metadata.labels));
  const values = Object.values(namespaceSelector.matchLabels ?? {});
  const isNear = values.some((value) => nearest(value, [namespace], (text) => text) !== undefined);
  if (!selectsNone && !isNear) return [];
  const expected = { [NAME_LABEL]: namespace };
  const patch = [replace(`${pointer}/namespaceSelector`, { matchLabels: expected })];
  const at = `${field}.namespaceSelector`;
  const found = written(namespaceSelector);
  return [repair({ policy }, at, found, expected, patch, 'NamespaceLabel', { namespace })];
}

function podLabel({ policy, peer, field, pointer }: PeerAt, { pod }: DeniedFlow): Repair[] {
  const wanted = peer.podSelector?.matchLabels;
  if (!pod || !wanted) return [];
  const near = patchedSelector(wanted, pod.metadata.labels ?? {});
  if (!near || near.cost === 0 || near.cost >= NEAR_COST) return [];
  const patch = [replace(`${pointer}/podSelector/matchLabels`, near.selector)];
  return [repair({ policy }, `${field}.podSelector`, wanted, near.selector, patch, 'PodLabel')];
}

/** Both selectors in one peer mean both at once; where that is nobody, two peers were probably meant. */
function onePeerForTwo({ policy, peer, field, pointer }: PeerAt, denied: DeniedFlow): Repair[] {
  const { podSelector, namespaceSelector } = peer;
  if (!podSelector || !namespaceSelector) return [];
  const byPod = selectorFromLabelSelector(podSelector);
  const byNamespace = selectorFromLabelSelector(namespaceSelector);
  const homes = new Set(
    denied.namespaces.flatMap(({ metadata }) =>
      matchesLabels(byNamespace, metadata.labels) ? [metadata.name] : [],
    ),
  );
  const selectsAny = denied.pods.some(
    ({ metadata }) => homes.has(metadata.namespace ?? '') && matchesLabels(byPod, metadata.labels),
  );
  if (selectsAny) return [];
  const patch = [replace(pointer, { namespaceSelector }), add(pointer, { podSelector })];
  const expected = [{ podSelector }, { namespaceSelector }];
  return [repair({ policy }, field, peer, expected, patch, 'OnePeerForTwo')];
}

function exceptedAddress({ policy, peer, field, pointer }: PeerAt, { address }: DeniedFlow): Repair[] {
  const from = parseAddress(address);
  return (peer.ipBlock?.except ?? []).flatMap((range, index) => {
    if (!prefixContains(parsePrefix(range), from)) return [];
    const at = `${field}.ipBlock.except[${index}]`;
    const patch: JsonPatchOperation[] = [{ op: 'remove', path: `${pointer}/ipBlock/except/${index}` }];
    return [repair({ policy }, at, range, undefined, patch, 'Except')];
  });
}

/** The peer is right, the port is not among the rule's. A rule for all would let all in on that port: that is too much. */
function missingPort(rule: RuleAt, { decision, dns }: DeniedFlow): Repair[] {
  const { protocol, destination_port: port } = decision.flow;
  const tooMuch = rule.peers.length === 0 && !dns;
  if (rule.ports.length === 0 || protocol === 'ICMP' || tooMuch) return [];
  const found = rule.ports.map((each) => `${each.protocol ?? 'TCP'} ${portText(each)}`);
  const patch = [add(`${rule.pointer}/ports/-`, { protocol, port })];
  return [repair(rule, `${rule.field}.ports`, found, `${protocol} ${port}`, patch, 'Port')];
}

function portText({ port, endPort }: NetworkPolicyPort): string {
  if (port === undefined) return '*';
  return endPort === undefined ? String(port) : `${port}-${endPort}`;
}

/** A rule of its own for the flow: what always helps. */
export function addedRule(policy: NetworkPolicy, denied: DeniedFlow): Repair {
  const { direction } = denied.decision;
  const list = direction === 'Ingress' ? 'ingress' : 'egress';
  const rule = { [direction === 'Ingress' ? 'from' : 'to']: [peerFor(policy, denied)], ...portsFor(denied) };
  const found = policy.spec[list];
  const patch = [found === undefined ? add(`/spec/${list}`, [rule]) : add(`/spec/${list}/-`, rule)];
  return { policy, field: `spec.${list}`, found: found ?? [], expected: rule, patch };
}

function peerFor(policy: NetworkPolicy, { address, pod }: DeniedFlow): NetworkPolicyPeer {
  if (!pod) return { ipBlock: { cidr: `${address}/${address.includes(':') ? 128 : 32}` } };
  const { namespace = '', labels = {} } = pod.metadata;
  const lasting = Object.entries(labels).filter(([key]) => !FLEETING_LABELS.test(key));
  const podSelector = lasting.length === 0 ? {} : { matchLabels: Object.fromEntries(lasting) };
  if (namespace === policy.metadata.namespace) return { podSelector };
  return { namespaceSelector: { matchLabels: { [NAME_LABEL]: namespace } }, podSelector };
}

function portsFor({ decision, dns }: DeniedFlow): { ports?: NetworkPolicyPort[] } {
  const { protocol, destination_port: port } = decision.flow;
  if (protocol === 'ICMP') return {};
  const protocols = dns ? ['UDP', 'TCP'] : [protocol];
  return { ports: protocols.map((each) => ({ protocol: each, port })) };
}

const written = ({ matchLabels, matchExpressions }: LabelSelector): unknown =>
  matchExpressions === undefined ? (matchLabels ?? {}) : { matchLabels: matchLabels ?? {}, matchExpressions };

const add = (path: string, value: unknown): JsonPatchOperation => ({ op: 'add', path, value });
const replace = (path: string, value: unknown): JsonPatchOperation => ({ op: 'replace', path, value });

function repair(
  { policy }: { readonly policy: NetworkPolicy },
  field: string,
  found: unknown,
  expected: unknown,
  patch: readonly JsonPatchOperation[],
  message: string,
  params: MessageParams = {},
): Repair {
  return { policy, field, found, expected, patch, message: `DeniedByNetworkPolicy.${message}`, params };
}
