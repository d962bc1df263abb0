/** What `/etc/resolv.conf` says. */
export interface ResolverConfig {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  /** How long the first server is waited for, in milliseconds. */
  readonly timeout_ms: number;
  /** How often each server is asked. */
  readonly attempts: number;
}

/** Models glibc resolv.h RES_TIMEOUT, RES_DFLRETRY, MAXNS and the greatest values that res_init.c takes. */
const DEFAULTS = { ndots: 1, timeout: 5, attempts: 2 };
const GREATEST = { ndots: 15, timeout: 30, attempts: 5 };
const MAXIMUM_NAMESERVERS = 3;

/** A pod's resolver with `dnsPolicy: ClusterFirst`. Models kubernetes pkg/kubelet/network/dns dns.go. */
export function clusterFirstConfig(
  namespace: string,
  nameserver: string,
  clusterDomain = 'cluster.local',
): ResolverConfig {
  const search = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { nameservers: [nameserver], search, ndots: 5, timeout_ms: 5_000, attempts: 2 };
}

/** Reads `/etc/resolv.conf`. Models glibc resolv/res_init.c; options without effect here are passed over. */
export function parseResolvConf(text: string): ResolverConfig {
  const nameservers: string[] = [];
  const options = { ...DEFAULTS };
  let search: string[] = [];
  for (const line of text.split('\n')) {
    if (/^[;#]/.test(line)) continue;
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0] && nameservers.length < MAXIMUM_NAMESERVERS)
      nameservers.push(rest[0]);
    if (word === 'search') search = rest.map(withoutLastDot);
    if (word === 'domain' && rest[0]) search = [withoutLastDot(rest[0])];
    if (word === 'options') for (const option of rest) readOption(option, options);
  }
  if (nameservers.length === 0) nameservers.push('127.0.0.1');
  const { ndots, timeout, attempts } = options;
  return {
    nameservers,
    search,
    ndots,
    timeout_ms: Math.max(1, timeout) * 1_000,
    attempts: Math.max(1, attempts),
  };
}

function readOption(option: string, options: { ndots: number; timeout: number; attempts: number }): void {
  const [name, value = ''] = option.split(':');
  if (name !== 'ndots' && name !== 'timeout' && name !== 'attempts') return;
  const number = parseInt(value, 10);
  options[name] = Math.min(Number.isNaN(number) ? 0 : Math.max(0, number), GREATEST[name]);
}

function withoutLastDot(domain: string): string {
  return domain.endsWith('.') ? domain.slice(0, -1) : domain;
}

/** The addresses that `/etc/hosts` gives for a name, in the file's order. Models glibc nss/nss_files/files-hosts.c. */
export function hostsAddresses(hosts: string, name: string): string[] {
  const wanted = withoutLastDot(name).toLowerCase();
  const found: string[] = [];
  for (const line of hosts.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.some((candidate) => candidate.toLowerCase() === wanted) && !found.includes(address))
      found.push(address);
  }
  return found;
}
