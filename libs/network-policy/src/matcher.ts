import { matchesLabels } from '@podlab/apimachinery';
import type { Labels } from '@podlab/apimachinery';
import { prefixContains } from '@podlab/netstack';
import type { CompiledPeer, CompiledPort, CompiledRule } from './compile';
import type { PodProfile, PolicyEnd } from './policy-pod';

/** What a matcher asks of the cluster. */
export interface MatchContext {
  /** Namespace of the policy. */
  readonly namespace: string;
  /** Labels of a namespace; undefined where it is not there. */
  namespaceLabels(namespace: string): Labels | undefined;
}

/** A flow as a policy looks at it: the other end, and the port at its destination. */
export interface PolicyFlow {
  readonly far: PolicyEnd;
  readonly protocol: string;
  readonly port: number;
  /** Of the destination, whose named ports count. */
  readonly destination: PodProfile | undefined;
}

/** The first port of a rule that matches; a rule without ports needs none. */
export function matchingPort(rule: CompiledRule, flow: PolicyFlow): CompiledPort | undefined {
  return rule.ports.find((port) => matchesPort(port, flow));
}

function matchesPort(wanted: CompiledPort, { protocol, port, destination }: PolicyFlow): boolean {
  if (wanted.protocol !== protocol) return false;
  if (wanted.name === undefined) return port >= wanted.first && port <= wanted.last;
  return destination?.ports.get(`${protocol}/${wanted.name}`)?.includes(port) === true;
}

/** Whether the other end of a flow is one of a peer's: an address of its block, or a pod that it selects. */
export function matchesPeer(peer: CompiledPeer, { address, pod }: PolicyEnd, context: MatchContext): boolean {
  const { block } = peer;
  if (block !== undefined) {
    if (address === undefined || block.range === undefined || !prefixContains(block.range, address))
      return false;
    return !block.except.some((part) => prefixContains(part, address));
  }
  if (pod === undefined) return false;
  const { profile } = pod;
  return (peer.known[profile.id] ??= selects(peer, profile, context));
}

function selects({ pods, namespaces }: CompiledPeer, profile: PodProfile, context: MatchContext): boolean {
  if (pods !== undefined && !matchesLabels(pods, profile.labels)) return false;
  if (namespaces === undefined) return profile.namespace === context.namespace;
  const labels = context.namespaceLabels(profile.namespace);
  return labels !== undefined && matchesLabels(namespaces, labels);
}
