import type { InformerFactory } from '@podlab/client';
import type { Fault } from '@podlab/contracts';
import type { Network } from '@podlab/netstack';
import type { KeptConnections } from './send/kept-connections';

/** A host outside the cluster that the cluster's configuration declares. */
export interface OutsideHost {
  readonly name: string;
  readonly ip: string;
}

/** What stands around the cluster's pods and nodes. */
export interface Surroundings {
  /** One range of each of the cluster's families, with a comma between. */
  readonly service_cidr: string;
  readonly pod_cidr: string;
  /** Out of which the cloud gives load balancers their addresses, one of each family. */
  readonly load_balancer_cidr: string;
  /** Network namespace of the outside, and the address of each family that it sends from unless a request says otherwise. */
  readonly external_namespace: string;
  readonly external_client_ips: readonly string[];
  readonly hosts: readonly OutsideHost[];
  /** The address that pods' `/etc/resolv.conf` names. */
  readonly cluster_dns_ip: string;
  /** The name server that nodes and the outside ask. */
  readonly outside_dns_ip: string;
}

/** A load balancer, with what it knows of its nodes. */
export interface BalancerView {
  readonly id: string;
  /** Key of the Service. */
  readonly service: string;
  readonly address: string;
  readonly source: 'preserve' | 'rewrite';
  readonly check: { readonly port: number; readonly path: string };
  /** Names of the nodes that it was given. */
  readonly hosts: readonly string[];
  readonly health: ReadonlyMap<string, { readonly healthy: boolean; readonly reason: string }>;
}

/** What requests need of the cluster: its network, its objects, and answers to a few questions. */
export interface TraceflowDependencies {
  readonly network: Network;
  readonly informers: InformerFactory;
  readonly surroundings: Surroundings;
  /** Virtual time in milliseconds since the Unix epoch. */
  now(): number;
  resourceVersion(): number;
  cloud(): {
    readonly enabled: boolean;
    readonly delay_ms: number;
    readonly quota: number;
    readonly failing?: boolean;
  };
  /** The load balancers of the cloud. */
  balancers(): readonly BalancerView[];
  /** What the cloud said when it last refused the Service with this key. */
  cloudRefusal(service: string): string | undefined;
  /** What is broken on purpose, and what was. */
  faults(): readonly Fault[];
  /** Connections that clients keep: plain data of the cluster's, changed here. */
  readonly connections: KeptConnections;
  /** A known image whose name is nearly `image`, where `image` is unknown. */
  nearestImage(image: string): string | undefined;
}
