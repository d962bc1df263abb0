import type { Message } from '@podlab/contracts';
import type { RawStep, RuleCitation } from '@podlab/netstack';
import { message } from '../describe/render';
import type { Language } from '../describe/render';
import { wordsOf } from './step-message';

/** Sentences remembered of one kind of step; beyond this many they are forgotten and made again. */
const MEMORY_LIMIT = 4_096;

/**
 * The sentences of steps in one language. Those that do not name the client's port are made once and shared by all
 * traces: most steps of most traces.
 */
export class StepMessages {
  private readonly by_text = new Map<string, Message>();
  private readonly by_rule = new WeakMap<RuleCitation, Message>();

  constructor(private readonly language: Language) {}

  messageOf(step: RawStep): Message {
    const { type, rule } = step;
    if (
      rule !== undefined &&
      (type === 'Iptables' || (type === 'LoadBalancing' && step.detail.sticky !== true))
    )
      return this.ofRule(step, rule);
    const key = sharedKey(step);
    if (key === undefined) return this.write(step);
    let known = this.by_text.get(key);
    if (!known) {
      known = this.write(step);
      if (this.by_text.size >= MEMORY_LIMIT) this.by_text.clear();
      this.by_text.set(key, known);
    }
    return known;
  }

  private ofRule(step: RawStep, rule: RuleCitation): Message {
    let known = this.by_rule.get(rule);
    if (!known) {
      known = this.write(step);
      this.by_rule.set(rule, known);
    }
    return known;
  }

  private write(step: RawStep): Message {
    const { code, params } = wordsOf(step);
    return message(code, params, this.language);
  }
}

/** What the sentence of a step depends on, where that is the same for many packets. */
function sharedKey(step: RawStep): string | undefined {
  switch (step.type) {
    case 'Routing': {
      const { result, interface: name, gateway } = step.detail;
      return `R${result}${step.before.destination} ${gateway ?? name}`;
    }
    case 'Arp':
      return `A${step.detail.event}${step.detail.address} ${step.detail.interface}`;
    case 'Link':
      return `L${step.detail.event}${step.detail.interface}`;
    case 'Encapsulation':
      return `E${step.detail.event}${step.detail.outer.destination} ${step.detail.interface}`;
    case 'Conntrack': {
      const { event, state } = step.detail;
      return event === 'New' || event === 'Found' ? `C${event}${state}` : undefined;
    }
    default:
      return undefined;
  }
}
