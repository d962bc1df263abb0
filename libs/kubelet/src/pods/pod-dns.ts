import type { Pod } from '@podlab/api';

/** What pods' resolvers are made of: the kubelet's settings. */
export interface DnsSettings {
  /** Address of the cluster's DNS Service. */
  readonly cluster_dns: readonly string[];
  /** The nodes' own resolver, for pods with dnsPolicy Default. */
  readonly node_nameserver: string;
}

/** A pod's resolver, and what did not fit into it. */
export interface PodDns {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5`, `edns0` … */
  readonly options: readonly string[];
  /** Messages of `DNSConfigForming` events. */
  readonly warnings: readonly string[];
}

/** The domain that kubeadm gives a cluster. */
export const CLUSTER_DOMAIN = 'cluster.local';

/** Models pkg/apis/core/validation MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars. */
const MAXIMUM_NAMESERVERS = 3;
const MAXIMUM_SEARCH_PATHS = 32;
const MAXIMUM_SEARCH_CHARACTERS = 2048;
const MAXIMUM_DOMAIN_CHARACTERS = 253;

/** Models pkg/kubelet/network/dns/dns.go GetPodDNS. */
export function podDns(pod: Pod, settings: DnsSettings): PodDns {
  const { dnsPolicy = 'ClusterFirst', dnsConfig = {}, hostNetwork } = pod.spec;
  const policy = dnsPolicy === 'ClusterFirst' && hostNetwork ? 'Default' : dnsPolicy;
  const inCluster = policy === 'ClusterFirst' || policy === 'ClusterFirstWithHostNet';
  const namespace = pod.metadata.namespace ?? 'default';
  const domains = [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
  const nameservers = policy === 'Default' ? [settings.node_nameserver] : settings.cluster_dns;
  const options = new Map(inCluster ? [['ndots', '5']] : []);
  for (const { name, value } of dnsConfig.options ?? []) if (name) options.set(name, value ?? '');
  const warnings: string[] = [];
  return {
    servers: fittingServers(
      [...(policy === 'None' ? [] : nameservers), ...(dnsConfig.nameservers ?? [])],
      warnings,
    ),
    searches: fittingSearches([...(inCluster ? domains : []), ...(dnsConfig.searches ?? [])], warnings),
    options: [...options].map(([name, value]) => (value ? `${name}:${value}` : name)),
    warnings,
  };
}

/** Models dns.go formDNSNameserversFitsLimits. */
function fittingServers(servers: readonly string[], warnings: string[]): string[] {
  const all = [...new Set(servers)];
  if (all.length <= MAXIMUM_NAMESERVERS) return all;
  const kept = all.slice(0, MAXIMUM_NAMESERVERS);
  warnings.push(
    `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${kept.join(' ')}`,
  );
  return kept;
}

/** Models dns.go formDNSSearchFitsLimits. */
function fittingSearches(searches: readonly string[], warnings: string[]): string[] {
  const all = [...new Set(searches)];
  const kept = all
    .slice(0, MAXIMUM_SEARCH_PATHS)
    .filter((domain) => domain.length <= MAXIMUM_DOMAIN_CHARACTERS);
  while (kept.join(' ').length > MAXIMUM_SEARCH_CHARACTERS) kept.pop();
  if (kept.length < all.length)
    warnings.push(
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept.join(' ')}`,
    );
  return kept;
}

/** `/etc/resolv.conf` as the container runtime writes it. Models containerd internal/cri/server parseDNSOptions. */
export function resolvConf({ servers, searches, options }: PodDns): string {
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
