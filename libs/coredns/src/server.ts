import type { Prng } from '@podlab/kernel';
import type { Corefile, NameRewrite, ServerBlock } from './corefile/corefile';
import { isInZone, normalizeName } from './corefile/parse';
import { answerFromCluster, longestZone } from './kubernetes/answer';
import type { Answer } from './kubernetes/answer';
import { addressRecord, familyOf } from './kubernetes/record-sets';
import type { ClusterView } from './kubernetes/cluster-view';
import { decodeMessage, MalformedMessage } from './wire/decode';
import { encodeMessage } from './wire/encode';
import type { DnsMessage, Question, ResourceRecord } from './wire/message';

/** Addresses of a name outside the cluster; undefined when nobody there has the name. */
export type WorldLookUp = (name: string) => readonly string[] | undefined;

export interface DnsServerOptions {
  readonly view: ClusterView;
  readonly world: WorldLookUp;
  /** Shuffles addresses where the `loadbalance` plugin asks for it. */
  readonly random: Prng;
  /** The configuration that is loaded now. */
  readonly corefile: () => Corefile;
}

/** Time to live of records from outside, in seconds: what the `cache 30` plugin leaves of a longer one. */
const WORLD_TTL = 30;
/** Limits how far an alias is followed, in names. */
const MAXIMUM_ALIASES = 8;
/** Time to live of the `hosts` plugin's records, in seconds: its default. */
const HOSTS_TTL = 3600;
const DNS_PORT = 53;
/** What a public resolver says of a name that nobody has, kept for as long as `cache 30` keeps it. */
const ROOT_AUTHORITY: ResourceRecord = {
  name: '',
  ttl: 30,
  type: 'SOA',
  server: 'a.root-servers.net',
  mailbox: 'nstld.verisign-grs.com',
  serial: 2026010100,
  refresh: 1800,
  retry: 900,
  expire: 604800,
  minimum: 86400,
};
const REFUSED: Answer = {
  rcode: 'REFUSED',
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
};

/** The DNS server of the cluster: questions in, answers out, nothing kept. Models coredns core/dnsserver ServeDNS. */
export class DnsServer {
  constructor(private readonly options: DnsServerOptions) {}

  /** The bytes of the answer; undefined for what is no query at all. */
  handle(bytes: Uint8Array): Uint8Array | undefined {
    let query: DnsMessage;
    try {
      query = decodeMessage(bytes);
    } catch (error) {
      if (error instanceof MalformedMessage) return undefined;
      throw error;
    }
    if (query.response || query.questions.length === 0) return undefined;
    return encodeMessage(this.answer(query));
  }

  /** The whole answer to a query. */
  answer(query: DnsMessage): DnsMessage {
    const [question] = query.questions;
    const asked = normalizeName(question.name);
    const answer = this.resolve({ ...question, name: asked });
    return {
      ...query,
      ...answer,
      response: true,
      truncated: false,
      recursion_available: !answer.authoritative,
      answers: this.balance(answer.answers, question).map((record) =>
        record.name === asked ? { ...record, name: question.name } : record,
      ),
    };
  }

  private resolve(question: Question, depth = 0): Answer {
    const block = this.blockFor(question.name);
    if (!block) return REFUSED;
    const rewritten = rewriteName(block.rewrites, question.name);
    const answer = this.runPlugins(block, { ...question, name: rewritten }, depth);
    if (rewritten === question.name) return answer;
    const restore = (record: ResourceRecord): ResourceRecord =>
      record.name === rewritten ? { ...record, name: question.name } : record;
    return { ...answer, answers: answer.answers.map(restore) };
  }

  private blockFor(name: string): ServerBlock | undefined {
    const blocks = this.options.corefile().filter(({ port }) => port === DNS_PORT);
    const zone = longestZone(
      blocks.flatMap((block) => block.zones),
      name,
    );
    return zone === undefined ? undefined : blocks.find((block) => block.zones.includes(zone));
  }

  /** In the order that CoreDNS compiles its plugins in: hosts, kubernetes, forward. */
  private runPlugins(block: ServerBlock, question: Question, depth: number): Answer {
    const hosts = answerFromHosts(block, question);
    if (hosts) return hosts;
    const follow = (name: string, type: Question['type']): readonly ResourceRecord[] =>
      depth < MAXIMUM_ALIASES ? this.resolve({ name: normalizeName(name), type }, depth + 1).answers : [];
    const cluster =
      block.kubernetes && answerFromCluster(this.options.view, block.kubernetes, question, follow);
    if (cluster) return cluster;
    if (block.forward.some((zone) => isInZone(question.name, zone))) return this.forward(question);
    return REFUSED;
  }

  private forward({ name, type }: Question): Answer {
    const addresses = this.options.world(name);
    const own = (addresses ?? []).filter((address) => familyOf(address) === type);
    return {
      rcode: addresses ? 'NOERROR' : 'NXDOMAIN',
      authoritative: false,
      answers: own.map((address) => addressRecord(name, address, WORLD_TTL)),
      authorities: own.length > 0 ? [] : [ROOT_AUTHORITY],
      additionals: [],
    };
  }

  /** Models coredns plugin/loadbalance round_robin: shuffles address records, others first. */
  private balance(records: readonly ResourceRecord[], question: Question): readonly ResourceRecord[] {
    const isAddress = ({ type }: ResourceRecord) => type === 'A' || type === 'AAAA';
    const addresses = records.filter(isAddress);
    if (addresses.length < 2 || !this.blockFor(normalizeName(question.name))?.loadbalance) return records;
    for (let last = addresses.length - 1; last > 0; last--) {
      const other = this.options.random.integer(0, last);
      [addresses[last], addresses[other]] = [addresses[other], addresses[last]];
    }
    return [...records.filter((record) => !isAddress(record)), ...addresses];
  }
}

function answerFromHosts(block: ServerBlock, { name, type }: Question): Answer | undefined {
  const addresses = block.hosts.get(name);
  if (!addresses) {
    if (block.hosts.size === 0 || block.hosts_fallthrough) return undefined;
    return { ...REFUSED, rcode: 'NXDOMAIN', authoritative: true };
  }
  const own = addresses.filter((address) => familyOf(address) === type);
  return {
    ...REFUSED,
    rcode: 'NOERROR',
    authoritative: true,
    answers: own.map((address) => addressRecord(name, address, HOSTS_TTL)),
  };
}

/** The first rule that fits rewrites the name. Models coredns plugin/rewrite name.go. */
function rewriteName(rewrites: readonly NameRewrite[], name: string): string {
  for (const { match, from, to } of rewrites) {
    if (match === 'exact' && name === from) return to;
    if (match === 'prefix' && name.startsWith(from)) return to + name.slice(from.length);
    if (match === 'suffix' && name.endsWith(from)) return name.slice(0, -from.length) + to;
    if (match === 'substring' && name.includes(from)) return name.split(from).join(to);
  }
  return name;
}
