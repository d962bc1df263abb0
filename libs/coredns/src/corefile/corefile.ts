/** The `kubernetes` plugin of a server block. Models coredns plugin/kubernetes setup.go. */
export interface KubernetesPlugin {
  /** Zones it answers for, lower case, without the last dot. */
  readonly zones: readonly string[];
  readonly pods: 'disabled' | 'insecure' | 'verified';
  /** Time to live of the records, in seconds. */
  readonly ttl: number;
  /** Zones whose unknown names go on to the next plugin. */
  readonly fallthrough: readonly string[];
  readonly endpoint_pod_names: boolean;
  /** The namespaces that have names; all without the option. */
  readonly namespaces: readonly string[] | undefined;
  /** Whether endpoints have names; headless Services have none without. */
  readonly endpoints: boolean;
  /** Whether a Service with a cluster IP but no ready endpoint has no name. */
  readonly ignore_empty_service: boolean;
}

/** `rewrite name exact from to`, and its other ways of matching. Models coredns plugin/rewrite. */
export interface NameRewrite {
  readonly match: 'exact' | 'prefix' | 'suffix' | 'substring';
  readonly from: string;
  readonly to: string;
}

export interface ServerBlock {
  /** Zones that the block serves; the root is the empty text. */
  readonly zones: readonly string[];
  readonly port: number;
  readonly kubernetes?: KubernetesPlugin;
  /** Addresses of the `hosts` plugin's inline entries by name. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly hosts_fallthrough: boolean;
  readonly rewrites: readonly NameRewrite[];
  /** Zones that are forwarded upstream. */
  readonly forward: readonly string[];
  readonly loadbalance: boolean;
}

export type Corefile = readonly ServerBlock[];

/** A Corefile that CoreDNS would refuse to load. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError';
}

/** What kubeadm writes into ConfigMap kube-system/coredns. Models kubeadm phases/addons/dns manifests.go. */
export const DEFAULT_COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;
