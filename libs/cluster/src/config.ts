import type { ClusterCreate, NodeSpecification } from '@podlab/contracts';

/** All that a cluster is made from; with its inputs it determines every byte that follows. */
export interface ClusterConfig {
  readonly id: string;
  readonly seed: string;
  /** Virtual time at birth, in ms since the Unix epoch. */
  readonly epoch_ms: number;
  readonly nodes: readonly NodeSpecification[];
  /** PEM of the authority that signed the API server's certificate: what pods trust. */
  readonly root_ca?: string;
  /** Private key of P-256 that signs tokens of service accounts, in hexadecimal; without it, one that follows from the seed. */
  readonly token_key?: string;
  /** One range a family, the default family's first, with a comma between: they say which families the cluster has. */
  readonly service_cidr: string;
  readonly pod_cidr: string;
  /** In iptables mode unless given. */
  readonly kube_proxy?: ClusterCreate['kube_proxy'];
  readonly cloud: ClusterCreate['cloud'];
  /** Whether ingress-nginx is there from the start; not, unless given. */
  readonly ingress_controller?: ClusterCreate['ingress_controller'];
  readonly world: ClusterCreate['world'];
  readonly images: ClusterCreate['images'];
  readonly clock: { readonly mode: 'live' | 'paused'; readonly speed: number };
}
