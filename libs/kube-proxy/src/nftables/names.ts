import { base32, sha256 } from '@podlab/kernel';
import { splitKey } from '@podlab/apimachinery';
import type { ServicePortInfo } from '../service-port';

/** Name of the table, of each family one. Models kubernetes pkg/proxy/nftables/proxier.go. */
export const KUBE_PROXY_TABLE = 'kube-proxy';

export const FILTER_PREROUTING_CHAIN = 'filter-prerouting-pre-dnat';
export const FILTER_OUTPUT_PRE_DNAT_CHAIN = 'filter-output-pre-dnat';
export const FILTER_INPUT_CHAIN = 'filter-input';
export const FILTER_FORWARD_CHAIN = 'filter-forward';
export const FILTER_OUTPUT_CHAIN = 'filter-output';
export const NAT_PREROUTING_CHAIN = 'nat-prerouting';
export const NAT_OUTPUT_CHAIN = 'nat-output';
export const NAT_POSTROUTING_CHAIN = 'nat-postrouting';

export const SERVICES_CHAIN = 'services';
export const MASQUERADING_CHAIN = 'masquerading';
export const SERVICE_ENDPOINTS_CHECK_CHAIN = 'service-endpoints-check';
export const NODE_PORT_ENDPOINTS_CHECK_CHAIN = 'nodeport-endpoints-check';
export const CLUSTER_IPS_CHECK_CHAIN = 'cluster-ips-check';
export const FIREWALL_CHECK_CHAIN = 'firewall-check';
export const REJECT_CHAIN = 'reject-chain';

export const SERVICE_IPS_MAP = 'service-ips';
export const SERVICE_NODE_PORTS_MAP = 'service-nodeports';
export const NO_ENDPOINT_SERVICES_MAP = 'no-endpoint-services';
export const NO_ENDPOINT_NODE_PORTS_MAP = 'no-endpoint-nodeports';
export const FIREWALL_IPS_MAP = 'firewall-ips';
export const NODE_PORT_IPS_SET = 'nodeport-ips';
export const CLUSTER_IPS_SET = 'cluster-ips';
export const HAIRPIN_CONNECTIONS_SET = 'hairpin-connections';

/** The chains of one service port. */
export interface NftServiceNames {
  /** Traffic policy Cluster: one of all endpoints. */
  readonly cluster: string;
  /** Traffic policy Local: one of the endpoints on this node. */
  readonly local: string;
  /** Where everything that came for a node port, external address or load balancer goes. */
  readonly external: string;
  readonly firewall: string;
}

/** Models proxier.go servicePortChainNameBase: `ULMVA6XW-ns1/svc1/tcp/p80` behind a prefix. */
export function nftServiceNames(
  port: Pick<ServicePortInfo, 'service' | 'port_name' | 'protocol'>,
): NftServiceNames {
  const base = hashAndTruncate(baseOf(port));
  return {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  };
}

/** Models proxier.go servicePortEndpointChainNameBase: a chain name has no colons. */
export function nftEndpointName(
  port: Pick<ServicePortInfo, 'service' | 'port_name' | 'protocol'>,
  address: string,
  endpoint_port: number,
): string {
  return hashAndTruncate(`${baseOf(port)}__${address.replaceAll(':', '.')}/${endpoint_port}`);
}

/** Whether a chain belongs to some service port: names of the others have no slash. */
export function isServiceChain(chain: string): boolean {
  return chain.includes('/');
}

export function isAffinitySet(set: string): boolean {
  return set.startsWith('affinity-');
}

function baseOf({
  service,
  port_name,
  protocol,
}: Pick<ServicePortInfo, 'service' | 'port_name' | 'protocol'>): string {
  const { namespace, name } = splitKey(service);
  return `${namespace}/${name}/${protocol.toLowerCase()}/${port_name}`;
}

/** knftables.NameLengthMax less the longest prefix. */
const NAME_LENGTH = 240;

/** Models proxier.go hashAndTruncate: names that differ in little look different. */
function hashAndTruncate(name: string): string {
  const hashed = `${base32(sha256(name)).slice(0, 8)}-${name}`;
  return hashed.length > NAME_LENGTH ? `${hashed.slice(0, NAME_LENGTH - 3)}...` : hashed;
}
