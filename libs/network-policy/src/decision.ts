export type PolicyDirection = 'Ingress' | 'Egress';

/** A pod, a policy: an object of a namespace by its name. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** A rule's way to say yes: the policy, and where in it. */
export interface AllowingRule extends ObjectName {
  /** The peer that matched, `spec.ingress[0].from[1]`, or the rule itself where it is open to all. */
  readonly field: string;
  /** The port that matched, `spec.ingress[0].ports[0]`; undefined where the rule is for all ports. */
  readonly port_field?: string;
}

/** A flow as its first packet has it: after the translation of the destination, before that of the source. */
export interface Flow {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has none. */
  readonly destination_port: number;
}

/** What the policies of one pod say about one flow in one direction, and which of them say it. */
export interface PolicyDecision {
  readonly direction: PolicyDirection;
  readonly allowed: boolean;
  readonly flow: Flow;
  /** The pod that is isolated in this direction. */
  readonly pod: ObjectName;
  /** Every policy that isolates the pod in this direction, by name. */
  readonly isolated_by: readonly ObjectName[];
  /** Every rule of theirs that allows the flow; none when it is denied. */
  readonly allowed_by: readonly AllowingRule[];
}

/** The name under which `Network.queueHandlers` knows the policies' judge. */
export const NETWORK_POLICY_HANDLER = 'network-policy';
