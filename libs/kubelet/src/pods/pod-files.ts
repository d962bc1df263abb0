import type { Pod } from '@podlab/api';
import type { PodRecord } from './pod-record';

/** A node's own resolver, for pods with dnsPolicy Default: the router of the underlay. */
const NODE_NAMESERVER = '172.18.0.1';

/** `/etc/resolv.conf` of a pod. Models pkg/kubelet/network/dns GetPodDNS. */
export function resolvConf(pod: Pod, dnsIp: string): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec;
  const policy = dnsPolicy === 'ClusterFirst' && hostNetwork ? 'Default' : dnsPolicy;
  const inCluster = policy === 'ClusterFirst' || policy === 'ClusterFirstWithHostNet';
  const namespace = pod.metadata.namespace ?? 'default';
  const searches = inCluster ? [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'] : [];
  const servers = inCluster ? [dnsIp] : policy === 'Default' ? [NODE_NAMESERVER] : [];
  const options = new Map(inCluster ? [['ndots', '5']] : []);
  for (const { name, value } of dnsConfig?.options ?? []) if (name) options.set(name, value ?? '');
  const allSearches = [...new Set([...searches, ...(dnsConfig?.searches ?? [])])];
  const allServers = [...new Set([...servers, ...(dnsConfig?.nameservers ?? [])])];
  const lines = [
    ...(allSearches.length > 0 ? [`search ${allSearches.join(' ')}`] : []),
    ...allServers.map((server) => `nameserver ${server}`),
    ...(options.size > 0
      ? [`options ${[...options].map(([name, value]) => (value ? `${name}:${value}` : name)).join(' ')}`]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** `/etc/hosts` of a pod. Models pkg/kubelet/kubelet_pods.go managedHostsFileContent. */
export function hostsFile(pod: Pod, record: PodRecord): string {
  const { hostname = pod.metadata.name, subdomain, hostAliases = [] } = pod.spec;
  const domain = subdomain ? `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.cluster.local\t` : '';
  const head =
    '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' +
    'fe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n';
  const own = record.ip ? `${record.ip}\t${domain}${hostname}\n` : '';
  if (hostAliases.length === 0) return head + own;
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`).join('');
  return `${head}${own}\n# Entries added by HostAliases.\n${aliases}`;
}
