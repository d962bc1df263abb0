import type { KubernetesPlugin } from '../corefile/corefile';
import { isInZone } from '../corefile/parse';
import type { Question, ResourceRecord, ResponseCode } from '../wire/message';
import type { ClusterView } from './cluster-view';
import { parseRequest } from './parse-request';
import { findNames, findRecords } from './records';
import type { Target } from './records';

/** What a plugin has to say about a question. */
export interface Answer {
  readonly rcode: ResponseCode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** Finds addresses of a name anywhere: what a CNAME points to. */
export type AddressLookUp = (name: string) => readonly ResourceRecord[];

const DNS_SCHEMA_VERSION = '1.1.0';

/** Answers for the cluster's zones; undefined lets the next plugin answer. Models coredns plugin/kubernetes handler.go. */
export function answerFromCluster(
  view: ClusterView,
  plugin: KubernetesPlugin,
  question: Question,
  lookUpAddress: AddressLookUp,
): Answer | undefined {
  const zone = longestZone(plugin.zones, question.name);
  if (zone === undefined) return undefined;
  const answer = isReverse(zone)
    ? answerReverse(view, plugin, question, zone)
    : answerForward(view, plugin, question, zone, lookUpAddress);
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
  lookUpAddress: AddressLookUp,
): Answer {
  const { name, type } = question;
  const soa = startOfAuthority(zone, plugin.ttl);
  const base = name.slice(0, Math.max(0, name.length - zone.length - 1));
  if (base === '') return answerApex(type, soa);
  if (base === 'dns-version') {
    const version: ResourceRecord = { name, ttl: 28800, type: 'TXT', texts: [DNS_SCHEMA_VERSION] };
    return answered(type === 'TXT' ? [version] : [], soa);
  }
  const request = parseRequest(base);
  const found = request && findRecords(view, request, plugin);
  if (!found || found.result === 'NoName') return { ...answered([], soa), rcode: 'NXDOMAIN' };
  const context = { name, zone, ttl: plugin.ttl, lookUpAddress };
  const { answers, additionals } = recordsOf(found.targets, type, context);
  return { ...answered(answers, soa), additionals };
}

function answerApex(type: Question['type'], soa: ResourceRecord): Answer {
  return answered(type === 'SOA' ? [soa] : [], soa);
}

function answerReverse(
  view: ClusterView,
  plugin: KubernetesPlugin,
  question: Question,
  zone: string,
): Answer {
  const soa = startOfAuthority(zone, plugin.ttl);
  const address = question.name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
  const clusterZone = plugin.zones.find((candidate) => !isReverse(candidate)) ?? '';
  const names = findNames(view, address, plugin);
  if (names.length === 0) return { ...answered([], soa), rcode: 'NXDOMAIN' };
  const { name } = question;
  const records = names.map((target): ResourceRecord => {
    return { name, ttl: plugin.ttl, type: 'PTR', target: `${target}.${clusterZone}` };
  });
  return answered(question.type === 'PTR' ? records : [], soa);
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
    ttl,
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

interface RecordContext {
  readonly name: string;
  readonly zone: string;
  readonly ttl: number;
  readonly lookUpAddress: AddressLookUp;
}

interface Records {
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** Models coredns plugin/backend_lookup.go A, CNAME and SRV. */
function recordsOf(targets: readonly Target[], type: Question['type'], context: RecordContext): Records {
  const alias = targets.find((target) => target.isName);
  if (alias) return { answers: aliasRecords(alias, type, context), additionals: [] };
  if (type === 'A') return { answers: addressRecords(targets, context), additionals: [] };
  if (type === 'SRV') return serviceRecords(targets, context);
  return { answers: [], additionals: [] };
}

function aliasRecords(alias: Target, type: Question['type'], context: RecordContext): ResourceRecord[] {
  const { name, ttl } = context;
  const record: ResourceRecord = { name, ttl, type: 'CNAME', target: alias.host };
  if (type === 'CNAME') return [record];
  return type === 'A' || type === 'AAAA'
    ? [record, ...(type === 'A' ? context.lookUpAddress(alias.host) : [])]
    : [];
}

function addressRecords(targets: readonly Target[], { name, ttl }: RecordContext): ResourceRecord[] {
  const addresses = new Set(targets.map((target) => target.host));
  return [...addresses].map((address) => ({ name, ttl, type: 'A', address }));
}

function serviceRecords(targets: readonly Target[], { name, zone, ttl }: RecordContext): Records {
  const answers = new Map<string, ResourceRecord>();
  const additionals = new Map<string, ResourceRecord>();
  const withPort = targets.filter((target) => target.port > 0);
  const weight = Math.max(1, Math.floor(100 / Math.max(1, withPort.length)));
  for (const { host, port, name: below } of withPort) {
    const target = `${below}.${zone}`;
    answers.set(`${target}:${port}`, { name, ttl, type: 'SRV', priority: 0, weight, port, target });
    additionals.set(`${target}:${host}`, { name: target, ttl, type: 'A', address: host });
  }
  return { answers: [...answers.values()], additionals: [...additionals.values()] };
}
