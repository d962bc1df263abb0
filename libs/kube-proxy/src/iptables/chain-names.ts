import { base32, sha256 } from '@podlab/kernel';
import type { ServicePortInfo } from '../service-port';

export const SERVICES_CHAIN = 'KUBE-SERVICES';
export const EXTERNAL_SERVICES_CHAIN = 'KUBE-EXTERNAL-SERVICES';
export const NODE_PORTS_CHAIN = 'KUBE-NODEPORTS';
export const POSTROUTING_CHAIN = 'KUBE-POSTROUTING';
export const MARK_MASQUERADE_CHAIN = 'KUBE-MARK-MASQ';
export const FORWARD_CHAIN = 'KUBE-FORWARD';
export const PROXY_FIREWALL_CHAIN = 'KUBE-PROXY-FIREWALL';
export const PROXY_CANARY_CHAIN = 'KUBE-PROXY-CANARY';
export const KUBELET_FIREWALL_CHAIN = 'KUBE-FIREWALL';
export const KUBELET_CANARY_CHAIN = 'KUBE-KUBELET-CANARY';
export const KUBELET_HINT_CHAIN = 'KUBE-IPTABLES-HINT';

/** The chains of one service port. */
export interface ServiceChainNames {
  /** Traffic policy Cluster: one of all endpoints. */
  readonly cluster: string;
  /** Traffic policy Local: one of the endpoints on this node. */
  readonly local: string;
  /** Where everything that came for a node port, external address or load balancer goes. */
  readonly external: string;
  readonly firewall: string;
}

const PREFIXES = ['KUBE-SVC-', 'KUBE-SVL-', 'KUBE-EXT-', 'KUBE-FW-', 'KUBE-SEP-'] as const;

/** Models kubernetes pkg/proxy/iptables/proxier.go portProtoHash and the chain names made of it. */
export function serviceChainNames(port: Pick<ServicePortInfo, 'name' | 'protocol'>): ServiceChainNames {
  const hash = shortHash(port.name + port.protocol.toLowerCase());
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  };
}

/** Models kubernetes pkg/proxy/iptables/proxier.go servicePortEndpointChainName; `endpoint` is `address:port`. */
export function endpointChainName(
  port: Pick<ServicePortInfo, 'name' | 'protocol'>,
  endpoint: string,
): string {
  return `KUBE-SEP-${shortHash(port.name + port.protocol.toLowerCase() + endpoint)}`;
}

/** Whether a chain belongs to some service port. Models proxier.go isServiceChainName. */
export function isServiceChainName(chain: string): boolean {
  return PREFIXES.some((prefix) => chain.startsWith(prefix));
}

/** The first 80 bits of the hash are all that the name uses. */
function shortHash(text: string): string {
  return base32(sha256(text).subarray(0, 10));
}
