import type { HostAlias, Pod } from '@podlab/api';
import { CLUSTER_DOMAIN } from './pod-dns';

/** A pod's name for itself; the domain is empty without a subdomain. */
export interface PodHostname {
  readonly hostname: string;
  readonly domain: string;
}

/** Longest name that `sethostname` takes for a pod, and for one that shows its full name. */
const MAXIMUM_HOSTNAME = 63;
const MAXIMUM_FULL_HOSTNAME = 64;

/** Models pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain. */
export function podHostname({ metadata, spec }: Pod): PodHostname {
  if (spec.hostnameOverride) return { hostname: spec.hostnameOverride, domain: '' };
  const hostname = (spec.hostname ?? metadata.name).slice(0, MAXIMUM_HOSTNAME).replace(/[-.]+$/, '');
  const domain = spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${CLUSTER_DOMAIN}` : '';
  return { hostname, domain };
}

/** What `hostname` prints in the pod. Models pkg/kubelet/util GetNodenameForKernel. */
export function kernelHostname(pod: Pod): string {
  if (pod.spec.hostNetwork) return pod.spec.nodeName ?? '';
  const { hostname, domain } = podHostname(pod);
  return pod.spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname;
}

/** Why a pod can't have the name that it wants. */
export function hostnameError(pod: Pod): string | undefined {
  const name = kernelHostname(pod);
  if (!pod.spec.setHostnameAsFQDN || name.length <= MAXIMUM_FULL_HOSTNAME) return undefined;
  return `failed to construct FQDN from pod hostname and cluster domain, FQDN ${name} is too long (${MAXIMUM_FULL_HOSTNAME} is the max, ${name.length} was requested)`;
}

const MANAGED =
  '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' +
  'fe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n';
const NODE_HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';

/** `/etc/hosts` of a pod with these addresses. Models pkg/kubelet/kubelet_pods.go ensureHostsFile. */
export function hostsFile(pod: Pod, addresses: readonly string[]): string {
  const { hostNetwork, nodeName, hostAliases = [] } = pod.spec;
  if (hostNetwork) {
    const own = addresses.map((address) => `${address}\t${nodeName}\n`).join('');
    return `# Kubernetes-managed hosts file (host network).\n${NODE_HOSTS}${own}${aliasLines(hostAliases)}`;
  }
  const { hostname, domain } = podHostname(pod);
  const names = domain ? `${hostname}.${domain}\t${hostname}` : hostname;
  return MANAGED + addresses.map((address) => `${address}\t${names}\n`).join('') + aliasLines(hostAliases);
}

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}
