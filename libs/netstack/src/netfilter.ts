import { invariant } from '@podlab/kernel';
import { familyOf, formatEndpoint } from './address';
import type { Address, HeaderTuple } from './address';
import { advanceFlow, isClosed } from './conntrack-flow';
import type { ConntrackEntry } from './conntrack-types';
import type { CompiledChain } from './iptables/compile';
import { cite, Evaluator } from './iptables/evaluate';
import type { EvaluationObserver, Verdict } from './iptables/evaluate';
import { formatMark } from './iptables/rule-text';
import type { HookName } from './iptables/types';
import { NftEvaluator } from './nftables/evaluate';
import type { NftChoice, NftObserver } from './nftables/evaluate';
import { formatMark as formatNftMark } from './nftables/mark-text';
import type { HookedChain, NftHookChains } from './nftables/nftables';
import type { NftHook } from './nftables/types';
import type { Link } from './namespace';
import { PORT_UNREACHABLE } from './packet';
import type { Header } from './packet';
import type { PacketQueue } from './packet-queue';
import { sourceOn } from './route-table';
import type { ConntrackDetail, IptablesDetail, LoadBalancingDetail, RuleCitation, TupleText } from './trace';
import { Walk } from './walk';
import type { AttachedFlow } from './walk';

/** Which address of a packet a hook may rewrite. */
type Manipulation = 'destination' | 'source';

/** Where the parts of netfilter stand at a hook. Models linux include/uapi/linux/netfilter_ipv4.h nf_ip_hook_priorities. */
const PRIORITY = {
  raw: -300,
  conntrack: -200,
  mangle: -150,
  destination_nat: -100,
  filter: 0,
  source_nat: 100,
} as const;

const NFT_HOOKS: Readonly<Record<HookName, NftHook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

/** Ports tried for a translated source before the packet is given up. Models linux nf_nat_core.c max_attempts. */
const PORT_ATTEMPTS = 128;

/** The netfilter half of the walk: what happens to a packet at a hook. */
export abstract class NetfilterWalk extends Walk implements EvaluationObserver, NftObserver {
  /** Entries that the packet passed, in order. */
  readonly touched: ConntrackEntry[] = [];
  protected out_link: Link | undefined;
  protected gateway: Address = 0;
  /** Whether the walk is inside a packet that carries another: then conntrack is not worth a line of its own. */
  carrying = false;
  private readonly evaluator = new Evaluator();
  private readonly nft_evaluator = new NftEvaluator();
  /** Which of the two spoke last. */
  private decider: Evaluator | NftEvaluator = this.evaluator;
  /** The chains of nftables at this hook, and how many of them the packet has passed. */
  private ruleset: NftHookChains | undefined;
  private ruleset_passed = 0;
  private readonly rule_details = new WeakMap<RuleCitation, IptablesDetail>();
  private readonly choice_details = new WeakMap<RuleCitation, LoadBalancingDetail>();
  private hook: HookName = 'PREROUTING';
  private fresh = false;
  private destination_done = false;
  private source_done = false;

  /** The packet belongs to no flow yet: it starts, or came into another namespace. */
  protected clearConntrack(): void {
    this.conntrack_entry = undefined;
    this.conntrack_state = undefined;
    this.reply = false;
    this.fresh = false;
  }

  protected attach(flow: AttachedFlow): void {
    this.conntrack_entry = flow.entry;
    this.conntrack_state = flow.state;
    this.reply = flow.reply;
    this.fresh = false;
    this.destination_done = true;
    this.source_done = true;
    if (flow.entry.id !== 0) advanceFlow(flow.entry, this.packet, flow.reply, this.now());
  }

  /** Goes through the tables of a hook in their priorities; false when the packet stops here. */
  protected passHook(hook: HookName): boolean {
    const { namespace } = this;
    const { destination } = this.packet;
    if (!namespace.tracks(destination)) return true;
    this.hook = hook;
    const chains = namespace.tablesFor(destination).at(hook);
    this.ruleset = namespace.nftables.at(NFT_HOOKS[hook], familyOf(destination) === 'IPv4' ? 'ip' : 'ip6');
    this.ruleset_passed = 0;
    const opens = hook === 'PREROUTING' || hook === 'OUTPUT';
    if (opens) {
      if (!this.passRuleset(PRIORITY.raw) || !this.passChain(chains.raw)) return false;
      if (!this.passRuleset(PRIORITY.conntrack)) return false;
      if (this.conntrack_entry === undefined) this.track();
    }
    if (!this.passRuleset(PRIORITY.mangle) || !this.passChain(chains.mangle)) return false;
    if (opens) {
      return (
        this.passRuleset(PRIORITY.destination_nat) &&
        this.translate(chains.nat, 'destination') &&
        this.passRuleset(PRIORITY.filter) &&
        this.passChain(chains.filter) &&
        this.passQueues() &&
        this.passRuleset(Infinity)
      );
    }
    if (!this.passRuleset(PRIORITY.filter) || !this.passChain(chains.filter) || !this.passQueues())
      return false;
    if (hook === 'FORWARD') return this.passRuleset(Infinity);
    return (
      this.passRuleset(PRIORITY.source_nat) &&
      this.translate(chains.nat, 'source') &&
      this.passRuleset(Infinity) &&
      this.confirm()
    );
  }

  /** Goes through the filter chains of nftables that come before a priority; iptables comes first at an equal one. */
  private passRuleset(before: number): boolean {
    const { ruleset } = this;
    if (ruleset === undefined) return true;
    for (; this.ruleset_passed < ruleset.filter.length; this.ruleset_passed++) {
      const hooked = ruleset.filter[this.ruleset_passed];
      if (hooked.priority >= before) return true;
      const verdict = this.runNft(hooked);
      if (verdict !== 'CONTINUE' && !this.judge(verdict)) return false;
    }
    return true;
  }

  private runNft({ table, chain }: HookedChain): Verdict {
    this.decider = this.nft_evaluator;
    return this.nft_evaluator.run(table, chain, this, this.recorder === undefined ? undefined : this);
  }

  private runIptables(chain: CompiledChain): Verdict {
    this.decider = this.evaluator;
    return this.evaluator.run(chain, this, this.recorder === undefined ? undefined : this);
  }

  /** Lets the queues at this hook judge a packet that begins a flow; false when one of them drops it. */
  private passQueues(): boolean {
    const queues = this.namespace.queuesAt(this.hook);
    if (queues === undefined || this.conntrack_state !== 'NEW' || this.carrying) return true;
    return queues.every((queue) => this.passQueue(queue));
  }

  private passQueue({ handler }: PacketQueue): boolean {
    const { packet, namespace, hook, in_interface, out_interface } = this;
    const judge = namespace.queue_handlers.get(handler);
    invariant(judge !== undefined, `no queue handler is registered as ${handler}`);
    const { accepted, notes } = judge.judge({
      namespace: namespace.id,
      hook,
      in_interface,
      out_interface,
      protocol: packet.protocol,
      source: this.addressText(packet.source),
      source_port: packet.source_port,
      destination: this.addressText(packet.destination),
      destination_port: packet.destination_port,
    });
    for (const note of notes) {
      this.note('Queue', note.accepted ? 'Forwarded' : 'Dropped', { hook, handler, data: note.data });
    }
    if (accepted) return true;
    this.queue = { handler, data: notes.at(-1)?.data };
    this.stop('DroppedByQueue');
    return false;
  }

  private passChain(chain: CompiledChain | undefined): boolean {
    if (chain === undefined) return true;
    const verdict = this.runIptables(chain);
    if (verdict === 'CONTINUE') return true;
    return this.judge(verdict);
  }

  /** What a rule of a filtering table decided; false when the packet stops here. */
  private judge(verdict: 'ACCEPT' | 'DROP' | 'REJECT' | 'NAT'): boolean {
    const { decider } = this;
    if (verdict === 'NAT') return true;
    if (verdict === 'ACCEPT') {
      if (this.recorder !== undefined) {
        const rule = decider.citation();
        this.note(decider.step, 'Forwarded', this.ruleDetail(rule, verdict, undefined), rule);
      }
      return true;
    }
    this.rule = decider.citation();
    const { target } = decider;
    if (verdict === 'REJECT' && target?.kind === 'REJECT') {
      const rejectWith = target.reject_with ?? PORT_UNREACHABLE[familyOf(this.packet.destination)];
      const detail = { hook: this.hook, path: decider.path(), verdict, reject_with: rejectWith };
      this.note(decider.step, 'Rejected', detail, this.rule);
      this.stop('RejectedByRule', rejectWith);
    } else {
      this.note(decider.step, 'Dropped', { hook: this.hook, path: decider.path(), verdict }, this.rule);
      this.stop('DroppedByRule');
    }
    return false;
  }

  /** Finds or begins the packet's flow. */
  private track(): void {
    const { packet } = this;
    const { conntrack } = this.namespace;
    if (packet.kind === 'icmp-error') {
      this.trackError();
      return;
    }
    let entry = conntrack.lookup(
      packet.protocol,
      packet.source,
      packet.source_port,
      packet.destination,
      packet.destination_port,
    );
    if (entry !== undefined && packet.kind === 'syn' && isClosed(entry)) {
      conntrack.forget(entry);
      entry = undefined;
    }
    if (entry !== undefined) {
      this.reply = conntrack.found_reply;
      advanceFlow(entry, packet, this.reply, this.now());
      this.conntrack_entry = entry;
      this.conntrack_state = entry.replied_at_ms >= 0 ? 'ESTABLISHED' : 'NEW';
      this.fresh = false;
      this.noteConntrack('Found', entry);
    } else if (begins(packet.kind)) {
      this.conntrack_entry = conntrack.create(packet);
      this.conntrack_state = 'NEW';
      this.reply = false;
      this.fresh = true;
      this.destination_done = false;
      this.source_done = false;
      this.noteConntrack('New', undefined);
    } else {
      this.conntrack_state = 'INVALID';
      this.noteConntrack('Invalid', undefined);
    }
  }

  /** An ICMP error belongs to the flow of the packet that it is about, in the other direction. */
  private trackError(): void {
    const inner = this.packet.inner as HeaderTuple;
    const { conntrack } = this.namespace;
    const entry = conntrack.lookup(
      inner.protocol,
      inner.destination,
      inner.destination_port,
      inner.source,
      inner.source_port,
    );
    this.conntrack_entry = entry;
    this.conntrack_state = entry === undefined ? 'INVALID' : 'RELATED';
    this.reply = entry !== undefined && conntrack.found_reply;
    this.fresh = false;
    this.noteConntrack(entry === undefined ? 'Invalid' : 'Found', entry);
  }

  private noteConntrack(event: ConntrackDetail['event'], entry: ConntrackEntry | undefined): void {
    if (this.recorder === undefined || this.carrying) return;
    const state = this.conntrack_state ?? 'INVALID';
    const flow = entry === undefined ? undefined : this.flowText(entry);
    this.note('Conntrack', 'Forwarded', flow === undefined ? { event, state } : { event, state, ...flow });
  }

  private flowText({ original, reply }: ConntrackEntry): { original: TupleText; reply: TupleText } {
    return { original: this.tupleText(original), reply: this.tupleText(reply) };
  }

  private tupleText({ source, source_port, destination, destination_port }: HeaderTuple): TupleText {
    return {
      source: this.addressText(source),
      source_port,
      destination: this.addressText(destination),
      destination_port,
    };
  }

  /** Rewrites one side of the packet: by the nat table for a flow's first packet, as its entry says for all others. */
  private translate(chain: CompiledChain | undefined, manipulation: Manipulation): boolean {
    const entry = this.conntrack_entry;
    if (entry === undefined) return true;
    const done = manipulation === 'destination' ? this.destination_done : this.source_done;
    if (this.fresh && !done) {
      if (manipulation === 'destination') this.destination_done = true;
      else this.source_done = true;
      return this.consultNat(chain, entry);
    }
    if (this.recorder === undefined) {
      this.rewrite(entry, manipulation);
    } else {
      const before = this.snapshot();
      if (this.rewrite(entry, manipulation)) this.noteRewrite(entry, before);
    }
    return true;
  }

  private noteRewrite(entry: ConntrackEntry, before: Header): void {
    const detail: ConntrackDetail = {
      event: this.reply ? 'Undone' : 'Applied',
      state: this.conntrack_state ?? 'INVALID',
      ...this.flowText(entry),
    };
    this.write('Conntrack', 'Translated', before, this.snapshot(), detail);
  }

  /** Asks the nat table what to do with a new flow, and does it. */
  private consultNat(chain: CompiledChain | undefined, entry: ConntrackEntry): boolean {
    const verdict = chain === undefined ? 'CONTINUE' : this.runIptables(chain);
    if (verdict === 'NAT') return this.applyTarget(entry);
    if (verdict !== 'CONTINUE' && !this.judge(verdict)) return false;
    for (const hooked of this.ruleset?.nat ?? []) {
      const said = this.runNft(hooked);
      if (said === 'NAT') return this.applyTarget(entry);
      if (said !== 'CONTINUE' && !this.judge(said)) return false;
    }
    if (this.hook !== 'POSTROUTING' || !this.namespace.conntrack.replyTaken(entry.reply)) return true;
    // Another flow waits for the same answer: Linux gives this one another source port, rule or not.
    return this.chooseSource(entry, entry.reply.destination, false, undefined);
  }

  private applyTarget(entry: ConntrackEntry): boolean {
    const { target, nat_address: address } = this.decider;
    if (target === undefined) return true;
    const rule = this.recorder === undefined ? undefined : this.decider.citation();
    if (target.kind === 'DNAT') {
      const before = this.recorder === undefined ? undefined : this.snapshot();
      entry.reply.source = address;
      if (target.port !== undefined) entry.reply.source_port = target.port;
      this.rewrite(entry, 'destination');
      if (before !== undefined) this.noteNat('DestinationNat', before, target.kind, rule);
      return true;
    }
    if (target.kind === 'SNAT') return this.chooseSource(entry, address, false, rule);
    if (target.kind !== 'MASQUERADE') return true;
    return this.chooseSource(entry, this.masqueradeAddress(), target.random_fully === true, rule);
  }

  private noteNat(
    type: 'DestinationNat' | 'SourceNat',
    before: Header,
    kind: 'DNAT' | 'SNAT' | 'MASQUERADE',
    rule: RuleCitation | undefined,
  ): void {
    const after = this.snapshot();
    const to =
      type === 'DestinationNat'
        ? formatEndpoint(after.destination, after.destination_port)
        : formatEndpoint(after.source, after.source_port);
    const path = rule === undefined ? [] : this.decider.path();
    this.write(type, 'Translated', before, after, { hook: this.hook, path, target: kind, to }, rule);
  }

  /** The address of the interface that the packet leaves by. */
  private masqueradeAddress(): Address {
    const link = this.out_link;
    const family = familyOf(this.packet.destination);
    if (link === undefined || link.state.kind === 'loopback') return this.namespace.firstAddress(family);
    return sourceOn(link.state, this.gateway, family) || this.namespace.firstAddress(family);
  }

  /** Gives the flow a new source, with the port it has unless an answer to that would be another flow's. */
  private chooseSource(
    entry: ConntrackEntry,
    address: Address,
    random: boolean,
    rule: RuleCitation | undefined,
  ): boolean {
    const before = this.recorder === undefined ? undefined : this.snapshot();
    const { reply } = entry;
    const wanted = entry.original.source_port;
    const low = wanted < 512 ? 1 : wanted < 1024 ? 600 : 1024;
    const high = wanted < 512 ? 511 : wanted < 1024 ? 1023 : 65_535;
    const { conntrack } = this.namespace;
    reply.destination = address;
    reply.destination_port = random ? this.randomPort(low, high) : wanted;
    for (let attempt = 0; conntrack.replyTaken(reply); attempt++) {
      if (attempt >= PORT_ATTEMPTS) {
        this.note('Conntrack', 'Dropped', { event: 'Full', state: 'NEW' });
        this.stop('ConntrackFull');
        return false;
      }
      reply.destination_port = this.randomPort(low, high);
    }
    this.rewrite(entry, 'source');
    const kind = rule === undefined || this.decider.target?.kind === 'SNAT' ? 'SNAT' : 'MASQUERADE';
    if (before !== undefined) this.noteNat('SourceNat', before, kind, rule);
    return true;
  }

  private randomPort(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  /** Makes the packet read as its flow says at this point; false when it does already. */
  private rewrite(entry: ConntrackEntry, manipulation: Manipulation): boolean {
    const { packet, reply } = this;
    const other = reply ? entry.original : entry.reply;
    if (packet.kind === 'icmp-error') return this.rewriteError(other, manipulation);
    if (manipulation === 'destination') {
      if (packet.destination === other.source && packet.destination_port === other.source_port) return false;
      packet.destination = other.source;
      packet.destination_port = other.source_port;
    } else {
      if (packet.source === other.destination && packet.source_port === other.destination_port) return false;
      packet.source = other.destination;
      packet.source_port = other.destination_port;
    }
    return true;
  }

  /** Models linux nf_nat_icmp_reply_translation: the quoted packet is put right, and the outer address with it. */
  private rewriteError(other: HeaderTuple, manipulation: Manipulation): boolean {
    const { packet } = this;
    const inner = packet.inner as HeaderTuple;
    if (manipulation === 'destination') {
      if (inner.source === other.source && inner.source_port === other.source_port) return false;
      packet.destination = other.source;
      packet.inner = { ...inner, source: other.source, source_port: other.source_port };
      return true;
    }
    if (inner.destination === other.destination && inner.destination_port === other.destination_port) {
      return false;
    }
    packet.source = other.destination;
    packet.inner = { ...inner, destination: other.destination, destination_port: other.destination_port };
    return true;
  }

  /** A new flow that got this far is remembered. */
  private confirm(): boolean {
    const entry = this.conntrack_entry;
    if (entry === undefined) return true;
    if (this.fresh) {
      this.fresh = false;
      if (!this.namespace.conntrack.confirm(entry)) {
        this.note('Conntrack', 'Dropped', { event: 'Full', state: 'NEW' });
        this.stop('ConntrackFull');
        return false;
      }
    }
    if (!this.carrying) this.touched.push(entry);
    return true;
  }

  marked(_evaluator: Evaluator, chain: CompiledChain, position: number): void {
    const rule = cite(chain, position);
    this.note('Iptables', 'Forwarded', this.ruleDetail(rule, 'MARK', formatMark(this.packet.mark)), rule);
  }

  /** What a rule did, the same object for all packets that came to it the same way. */
  private ruleDetail(
    rule: RuleCitation,
    verdict: 'ACCEPT' | 'MARK',
    mark: string | undefined,
  ): IptablesDetail {
    const { hook, decider } = this;
    const path = decider.path();
    const known = this.rule_details.get(rule);
    if (known?.path === path && known.hook === hook && known.mark === mark) return known;
    const detail = mark === undefined ? { hook, path, verdict } : { hook, path, verdict, mark };
    this.rule_details.set(rule, detail);
    return detail;
  }

  nftMarked(_evaluator: NftEvaluator, rule: RuleCitation): void {
    const detail = this.ruleDetail(rule, 'MARK', formatNftMark(this.packet.mark));
    this.note('Nftables', 'Forwarded', detail, rule);
  }

  nftChose(evaluator: NftEvaluator, rule: RuleCitation, { chosen, candidates, sticky }: NftChoice): void {
    const probability = sticky ? 1 : 1 / candidates.length;
    const detail: LoadBalancingDetail = {
      hook: this.hook,
      path: evaluator.path(),
      chosen,
      candidates: candidates.map((chain) => ({ chain, probability })),
      probability,
      ...(sticky ? { sticky } : {}),
    };
    this.note('LoadBalancing', 'Forwarded', detail, rule);
  }

  balanced(evaluator: Evaluator, chain: CompiledChain, position: number): void {
    const rule = chain.rules[position];
    const { target } = rule.rule;
    if (target.kind !== 'JUMP') return;
    const own = chain.candidates.find((candidate) => candidate.position === position);
    if (own === undefined && !rule.has_recent) return;
    const citation = cite(chain, position);
    const path = evaluator.path();
    let detail = this.choice_details.get(citation);
    if (detail?.path !== path || detail.hook !== this.hook || detail.candidates !== chain.told_candidates) {
      detail = {
        hook: this.hook,
        path,
        chosen: target.chain,
        candidates: chain.told_candidates,
        probability: own?.probability ?? 1,
        ...(own === undefined ? { sticky: true } : {}),
      };
      this.choice_details.set(citation, detail);
    }
    this.note('LoadBalancing', 'Forwarded', detail, citation);
  }
}

/** Whether a packet of this kind may begin a flow; an answer to nothing is invalid. */
function begins(kind: string): boolean {
  return kind === 'syn' || kind === 'data' || kind === 'datagram' || kind === 'echo-request';
}
