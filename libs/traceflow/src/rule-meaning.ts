import type { RuleCitation } from '@podlab/netstack';

/** Why kube-proxy refuses or drops a packet. */
export type RuleMeaning =
  /** No node has an endpoint. */
  | 'NoEndpoints'
  /** A Local traffic policy, and this node has no endpoint. */
  | 'NoLocalEndpoints'
  | 'SourceNotInRanges'
  /** A port that the Service of this cluster IP does not have: only nftables mode asks. */
  | 'NoSuchPort'
  /** An address that no Service has: only nftables mode asks. */
  | 'NoSuchService';

type Rule = Pick<RuleCitation, 'table' | 'chain' | 'text'>;

/** Tables of nftables are named with their family, those of iptables are not. */
export function isNftRule({ table }: Pick<RuleCitation, 'table'>): boolean {
  return table.includes(' ');
}

/** What a rule of kube-proxy that ended a packet's way says, in either mode; undefined for any other rule. */
export function meaningOf(rule: Rule | undefined): RuleMeaning | undefined {
  if (rule === undefined) return undefined;
  if (isNftRule(rule)) return meaningOfNft(rule);
  if (rule.chain === 'KUBE-PROXY-FIREWALL') return 'SourceNotInRanges';
  if (/has no local endpoints/.test(rule.text)) return 'NoLocalEndpoints';
  return /has no endpoints/.test(rule.text) ? 'NoEndpoints' : undefined;
}

function meaningOfNft({ chain, text }: Rule): RuleMeaning | undefined {
  if (chain.startsWith('firewall-')) return 'SourceNotInRanges';
  if (chain === 'cluster-ips-check') return text.includes('reject') ? 'NoSuchPort' : 'NoSuchService';
  if (!text.includes('@no-endpoint-')) return undefined;
  return text.endsWith(': drop') ? 'NoLocalEndpoints' : 'NoEndpoints';
}

/** Whether a rule that found no local endpoint is about one of these addresses, those of the cluster itself. */
export function isAboutClusterIP(rule: Rule, cluster_ips: readonly string[]): boolean {
  if (!isNftRule(rule)) return rule.chain === 'KUBE-SERVICES';
  const [, address] = /@no-endpoint-services (\S+) \. /.exec(rule.text) ?? [];
  return address !== undefined && cluster_ips.includes(address);
}

/** kube-proxy's comments name the Service port that a rule is for, some after a few words. */
const SERVICE_COMMENT =
  /--comment "(?:[^"]* (?:for|to) )?([a-z0-9-]+)\/([a-z0-9-]+)(?::([a-z0-9-]+))?(?=[ "])/;
/** In nftables mode its chains do, and the comments of elements that lead to no chain of its own. */
const SERVICE_CHAIN =
  /\b(?:service|local|external|firewall|endpoint)-[A-Z2-7]{8}-([a-z0-9-]+)\/([a-z0-9-]+)\/(?:tcp|udp|sctp)\/([a-z0-9-]*)/;
const ELEMENT_COMMENT = / comment "([a-z0-9-]+)\/([a-z0-9-]+)(?::([a-z0-9-]+))?" : /;

/** The Service port that a rule is for: key of the Service and name of the port, empty for one without. */
export function servicePortOf(rule: Rule): { readonly service: string; readonly port: string } | undefined {
  const match = isNftRule(rule)
    ? (SERVICE_CHAIN.exec(rule.chain) ?? SERVICE_CHAIN.exec(rule.text) ?? ELEMENT_COMMENT.exec(rule.text))
    : SERVICE_COMMENT.exec(rule.text);
  return match === null ? undefined : { service: `${match[1]}/${match[2]}`, port: match[3] ?? '' };
}

/** kube-proxy says which endpoint a rule leads to: in a comment of iptables, in a chain's name of nftables. */
const ENDPOINT_COMMENT = / -> (\[[0-9a-f:.]+\]:[0-9]+|[0-9.:]+)"/;
const ENDPOINT_CHAIN = /__([0-9a-f.]+)\/([0-9]+)$/;

/** The endpoint that a choice fell on, as `address:port`; what was chosen itself where nothing tells more. */
export function endpointOf(rule: Pick<Rule, 'text'> | undefined, chosen: string): string {
  const [, commented] = ENDPOINT_COMMENT.exec(rule?.text ?? '') ?? [];
  if (commented !== undefined) return commented;
  const [, address, port] = ENDPOINT_CHAIN.exec(chosen) ?? [];
  if (address === undefined) return chosen;
  const is_ipv4 = /^\d+\.\d+\.\d+\.\d+$/.test(address);
  return is_ipv4 ? `${address}:${port}` : `[${address.replaceAll('.', ':')}]:${port}`;
}
