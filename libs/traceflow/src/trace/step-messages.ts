import type { Message } from '@podlab/contracts';
import type { RawStep } from '@podlab/netstack';
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
  /** By the detail that the walk shares among steps: it is another one as soon as anything in it is. */
  private readonly by_detail = new WeakMap<object, Message>();
  private readonly by_route = new WeakMap<object, Sentences>();
  /** By what happened, what it was about, and how it went on. */
  private readonly shared = new Map<string, Map<string, Sentences>>();
  private remembered = 0;

  constructor(private readonly language: Language) {}

  messageOf(step: RawStep): Message {
    switch (step.type) {
      case 'Iptables':
      case 'Nftables':
      case 'LoadBalancing':
      case 'Arp':
      case 'Link':
        return this.ofDetail(step);
      case 'Routing':
        return this.ofRoute(step);
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

  private ofDetail(step: RawStep): Message {
    let known = this.by_detail.get(step.detail);
    if (!known) {
      known = this.write(step);
      this.by_detail.set(step.detail, known);
    }
    return known;
  }

  private ofRoute(step: RawStep): Message {
    let sentences = this.by_route.get(step.detail);
    if (!sentences || sentences.size >= MEMORY_LIMIT) {
      sentences = new Map();
      this.by_route.set(step.detail, sentences);
    }
    const { destination } = step.before;
    let known = sentences.get(destination);
    if (!known) {
      known = this.write(step);
      sentences.set(destination, known);
    }
    return known;
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

  private write(step: RawStep): Message {
    const { code, params } = wordsOf(step);
    return message(code, params, this.language);
  }
}
