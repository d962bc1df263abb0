import type { KubernetesPlugin } from '../corefile/corefile';
import { isInZone } from '../corefile/parse';
import { addressOfReverseName } from '../wire/reverse-names';
import type { Question, ResourceRecord, ResponseCode } from '../wire/message';
import type { ClusterView } from './cluster-view';
import { parseRequest } from './parse-request';
import { addressRecord, familyOf, recordsOf } from './record-sets';
import type { RecordLookUp } from './record-sets';
import { findNames, findRecords } from './records';

/** What a plugin has to say about a question. */
export interface Answer {
  readonly rcode: ResponseCode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

const DNS_SCHEMA_VERSION = '1.1.0';
const DEFAULT_NAME_SERVER = 'ns.dns';

/** Answers for the cluster's zones; undefined lets the next plugin answer. Models coredns plugin/kubernetes handler.go. */
export function answerFromCluster(
  view: ClusterView,
  plugin: KubernetesPlugin,
  question: Question,
  lookUp: RecordLookUp,
): Answer | undefined {
  const zone = longestZone(plugin.zones, question.name);
  if (zone === undefined) return undefined;
  const answer = isReverse(zone)
    ? answerReverse(view, plugin, question, zone)
    : answerForward(view, plugin, question, zone, lookUp);
  const falls =
    answer.rcode === 'NXDOMAIN' && plugin.fallthrough.some((suffix) => isInZone(question.name, suffix));
  return falls ? undefined : answer;
}

function isReverse(zone: string): boolean {
  return isInZone(zone, 'in-addr.arpa') || isInZone(zone, 'ip6.arpa');
}

/** The most particular of `zones` that has `name`. */
export function longestZone(zones: readonly string[], name: string): string | undefined {
  let longest: string | undefined;
  for (const zone of zones) {
    if (isInZone(name, zone) && (longest === undefined || zone.length > longest.length)) longest = zone;
  }
  return longest;
}

function answerForward(
  view: ClusterView,
  plugin: KubernetesPlugin,
  question: Question,
  zone: string,
  lookUp: RecordLookUp,
): Answer {
  const { name, type } = question;
  const soa = startOfAuthority(zone, plugin.ttl);
  if (type === 'SOA') return answered([soa], soa);
  const base = name.slice(0, Math.max(0, name.length - zone.length - 1));
  if (base === '' || base === DEFAULT_NAME_SERVER) return answerNameServer(view, plugin, question, zone);
  if (base === 'dns-version') {
    const version: ResourceRecord = { name, ttl: 28800, type: 'TXT', texts: [DNS_SCHEMA_VERSION] };
    return answered(type === 'TXT' ? [version] : [], soa);
  }
  const request = parseRequest(base);
  const found = request && findRecords(view, request, plugin);
  if (!found || found.result === 'NoName') return { ...answered([], soa), rcode: 'NXDOMAIN' };
  const context = { name, zone, ttl: plugin.ttl, lookUp };
  const { answers, additionals } = recordsOf(found.targets, type, context);
  return { ...answered(answers, soa), additionals };
}

/** The zone's own name server is the Service kube-dns. Models coredns plugin/kubernetes ns.go nsAddrs. */
function answerNameServer(
  view: ClusterView,
  plugin: KubernetesPlugin,
  { name, type }: Question,
  zone: string,
): Answer {
  const soa = startOfAuthority(zone, plugin.ttl);
  const service = view.service('kube-system', 'kube-dns');
  const addresses = service?.spec.clusterIPs ?? [];
  const target = `kube-dns.kube-system.svc.${zone}`;
  const additionals = addresses.map((address) => addressRecord(target, address, plugin.ttl));
  if (name === zone && type === 'NS' && additionals.length > 0)
    return { ...answered([{ name, ttl: plugin.ttl, type: 'NS', target }], soa), additionals };
  const own = name === zone ? [] : addresses.filter((address) => familyOf(address) === type);
  return answered(
    own.map((address) => addressRecord(name, address, plugin.ttl)),
    soa,
  );
}

function answerReverse(
  view: ClusterView,
  plugin: KubernetesPlugin,
  question: Question,
  zone: string,
): Answer {
  const soa = startOfAuthority(zone, plugin.ttl);
  const { name, type } = question;
  if (type === 'SOA') return answered([soa], soa);
  const address = type === 'PTR' ? addressOfReverseName(name) : undefined;
  const clusterZone = plugin.zones.find((candidate) => !isReverse(candidate)) ?? '';
  const names = address === undefined ? [] : findNames(view, address);
  if (names.length === 0) return { ...answered([], soa), rcode: 'NXDOMAIN' };
  const records = [...new Set(names)].map((target): ResourceRecord => {
    return { name, ttl: plugin.ttl, type: 'PTR', target: `${target}.${clusterZone}` };
  });
  return answered(records, soa);
}

/** An empty answer carries the zone's SOA: NODATA, or NXDOMAIN when the caller says so. */
function answered(answers: readonly ResourceRecord[], soa: ResourceRecord): Answer {
  const authorities = answers.length === 0 ? [soa] : [];
  return { rcode: 'NOERROR', authoritative: true, answers, authorities, additionals: [] };
}

/** The serial is constant here: upstream's counts changes, and no resolver of a cluster looks at it. */
export function startOfAuthority(zone: string, ttl: number): ResourceRecord {
  return {
    name: zone,
    ttl: Math.min(ttl, 300),
    type: 'SOA',
    server: `ns.dns.${zone}`,
    mailbox: `hostmaster.${zone}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: ttl,
  };
}
