import type { Message } from '@podlab/contracts';
import type { RawStep, RuleCitation } from '@podlab/netstack';
import { message } from '../describe/render';
import type { Language } from '../describe/render';
import { wordsOf } from './step-message';

/** Sentences remembered; beyond this many they are forgotten and made again. */
const MEMORY_LIMIT = 4_096;

type Sentences = Map<string, Message>;

/**
 * The sentences of steps in one language. Those that do not name the client's port are made once and shared by all
 * traces: most steps of most traces.
 */
export class StepMessages {
  /** By what happened, what it was about, and how it went on. */
  private readonly shared = new Map<string, Map<string, Sentences>>();
  private remembered = 0;
  private readonly by_rule = new WeakMap<RuleCitation, Message>();

  constructor(private readonly language: Language) {}

  messageOf(step: RawStep): Message {
    const { rule } = step;
    switch (step.type) {
      case 'Iptables':
        return rule === undefined ? this.write(step) : this.ofRule(step, rule);
      case 'LoadBalancing':
        return rule === undefined || step.detail.sticky === true ? this.write(step) : this.ofRule(step, rule);
      case 'Routing': {
        const { result, interface: name = '', gateway = name } = step.detail;
        return this.share(step, result, step.before.destination, gateway);
      }
      case 'Arp':
        return this.share(step, step.detail.event, step.detail.address, step.detail.interface);
      case 'Link':
        return this.share(step, step.detail.event, step.detail.interface, '');
      case 'Encapsulation':
        return this.share(step, step.detail.event, step.detail.outer.destination, step.detail.interface);
      case 'Conntrack': {
        const { event, state } = step.detail;
        return event === 'New' || event === 'Found' ? this.share(step, event, state, '') : this.write(step);
      }
      default:
        return this.write(step);
    }
  }

  private share(step: RawStep, event: string, about: string, onward: string): Message {
    const sentences = this.sentences(event, about);
    let known = sentences.get(onward);
    if (!known) {
      known = this.write(step);
      sentences.set(onward, known);
      if (++this.remembered >= MEMORY_LIMIT) {
        this.shared.clear();
        this.remembered = 0;
      }
    }
    return known;
  }

  private sentences(event: string, about: string): Sentences {
    let of_event = this.shared.get(event);
    if (!of_event) this.shared.set(event, (of_event = new Map()));
    let sentences = of_event.get(about);
    if (!sentences) of_event.set(about, (sentences = new Map()));
    return sentences;
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
