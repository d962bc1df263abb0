import type { QueueEntry } from '@podlab/kernel';

/** What a load balancer does with the source address: leaves it (`ipMode: VIP`), or puts its own there (`ipMode: Proxy`). */
export type SourceMode = 'preserve' | 'rewrite';

/** The cloud's switch, as plain state. */
export interface CloudSwitch {
  /** Whether a cloud and its controller are there at all. */
  enabled: boolean;
  /** Virtual time that the cloud takes to make a load balancer, in milliseconds. */
  delay_ms: number;
  /** How many load balancers the account may have. */
  quota: number;
  /** `preserve` unless given. */
  source?: SourceMode;
  /** Whether the cloud's API answers every call with an error. */
  failing?: boolean;
}

/** A port of a load balancer. */
export interface BalancerPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** 0 where the Service has none: such a port only packets whose destination stays can use. */
  readonly node_port: number;
}

/** What a load balancer asks of each node: HTTP on this port and path. */
export interface HealthCheck {
  readonly port: number;
  readonly path: string;
}

/** What a load balancer knows of one of its nodes. */
export interface NodeHealth {
  healthy: boolean;
  /** How its last check went: `HTTP 200`, `HTTP 503`, or why there was no answer. */
  reason: string;
  /** The entry at which a result that differs counts, while there is one. */
  entry?: QueueEntry;
}

/** A load balancer in the cloud. */
export interface LoadBalancer {
  /** Models k8s.io/cloud-provider cloud.go DefaultLoadBalancerName: `a` and the Service's uid without dashes. */
  readonly id: string;
  /** Key of the Service it was made for. */
  readonly service: string;
  readonly address: string;
  /** Its address of the Service's second family. */
  secondary_address?: string;
  source: SourceMode;
  ports: readonly BalancerPort[];
  /** Networks that clients may come from; all where there are none. */
  source_ranges: readonly string[];
  check: HealthCheck;
  /** Names of the nodes it was given. */
  hosts: readonly string[];
  /** By name of the node. */
  health: Map<string, NodeHealth>;
  /** False until the first checks are over, whose results count at once. */
  settled: boolean;
  /** Virtual time at which it is there, in milliseconds since the Unix epoch. */
  readonly ready_at: number;
}

/** The addresses of a load balancer, that of the Service's first family first. */
export function addressesOf({ address, secondary_address }: LoadBalancer): string[] {
  return secondary_address === undefined ? [address] : [address, secondary_address];
}

/** Why the cloud refuses, in the words of its API. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
}
