import type { Disposition, Hop, RuleReference, Step, Trace } from '@podlab/contracts';
import type { ResolverTry } from '@podlab/coredns';
import type { Header, RawHop, RawStep, RuleCitation } from '@podlab/netstack';
import { message } from '../describe/render';
import type { Language } from '../describe/render';
import { isNftRule } from '../rule-meaning';
import type { Annotator } from './annotate';
import type { BalancingSteps } from './balancing-step';
import { policyDetail } from './policy-step';
import { StepMessages } from './step-messages';

/** Turns what the walk recorded into a Trace: the same steps, with names, objects and sentences. */
export class Tracer {
  private readonly rules = new WeakMap<RuleCitation, RuleReference>();
  private readonly messages = { en: new StepMessages('en'), ko: new StepMessages('ko') };

  constructor(
    private readonly annotator: Annotator,
    private readonly balancing: BalancingSteps,
  ) {}

  /** The trace of one connection: the names that were looked up, then what the packets went through. */
  trace(
    disposition: Disposition,
    sender: string | undefined,
    tries: readonly ResolverTry[],
    raw: readonly RawHop[],
    language: Language,
  ): Trace {
    const hops = raw.map((hop) => this.hop(hop, language));
    if (tries.length === 0) return { disposition, hops };
    const steps = tries.map((attempt) => dnsStep(attempt, language));
    const [first] = hops;
    if (first && raw[0].namespace === sender) first.steps.unshift(...steps);
    else hops.unshift({ where: this.annotator.placeOf(sender ?? 'external'), direction: 'request', steps });
    return { disposition, hops };
  }

  private hop(raw: RawHop, language: Language): Hop {
    const { namespace } = raw;
    const where = this.annotator.placeOf(namespace, raw.interface);
    const messages = this.messages[language];
    const steps = this.balancing.isBalancer(raw)
      ? this.balancerSteps(raw, language)
      : raw.steps.map((step) => this.step(step, namespace, messages));
    return { where, direction: raw.direction, steps };
  }

  /** A load balancer chooses nodes: its own step says so, in place of the choice among rules. */
  private balancerSteps(raw: RawHop, language: Language): Step[] {
    const steps: Step[] = [];
    for (const step of raw.steps) {
      if (step.type === 'LoadBalancing') continue;
      const choice = this.balancing.stepOf(step, raw, language, addressesOf);
      if (choice) steps.push(choice);
      steps.push(this.step(step, raw.namespace, this.messages[language]));
    }
    return steps;
  }

  private step(raw: RawStep, namespace: string, messages: StepMessages): Step {
    const stopped = raw.action === 'Dropped' || raw.action === 'Rejected';
    const step: Step = {
      type: raw.type === 'Queue' ? 'NetworkPolicy' : raw.type,
      action: raw.action,
      before: addressesOf(raw.before),
      after: stopped ? null : addressesOf(raw.after),
      detail: raw.type === 'Queue' ? policyDetail(raw) : (raw.detail as unknown as Step['detail']),
      objects: this.annotator.objectsOf(raw, namespace) as Step['objects'],
      message: messages.messageOf(raw),
    };
    if (raw.rule) step.rule = this.ruleOf(raw.rule);
    return step;
  }

  private ruleOf(citation: RuleCitation): RuleReference {
    let rule = this.rules.get(citation);
    if (!rule) {
      const { table, chain, text } = citation;
      rule = { table, chain, text };
      this.rules.set(citation, rule);
    }
    return rule;
  }
}

/** ICMP has no ports: its header keeps an identifier where they would be. */
function addressesOf(header: Header): Step['before'] {
  if (header.protocol !== 'ICMP') return header;
  const { source, destination, protocol, ttl } = header;
  return { source, destination, protocol, ttl };
}

function dnsStep(
  { name, type, rcode, answers, nameserver, failure = 'TimedOut' }: ResolverTry,
  language: Language,
): Step {
  const params = { name, type, nameserver, answers: answers.join(', ') };
  const code = rcode === 'TIMEOUT' && failure !== 'TimedOut' ? failure : rcode;
  return {
    type: 'DnsQuery',
    action: rcode !== 'TIMEOUT' ? 'Answered' : failure === 'Refused' ? 'Rejected' : 'Dropped',
    before: null,
    after: null,
    detail: { name, type, rcode, answers: [...answers] },
    objects: [],
    message: message(`DnsQuery.${code}`, params, language),
  };
}

/** What makes two traces the same way: where they went and which rules decided. */
export function traceKey(disposition: Disposition, hops: readonly RawHop[]): string {
  let key = disposition as string;
  for (const { namespace, direction, steps } of hops) {
    key += `|${direction} ${namespace}`;
    for (const { type, rule } of steps) {
      // In nftables one rule holds all choices, and only its text tells which it was.
      if (rule) key += ` ${type} ${rule.chain} ${isNftRule(rule) ? rule.text : rule.index}`;
    }
  }
  return key;
}
