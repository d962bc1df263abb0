import { formatEndpoint } from '@podlab/netstack';
import type { Header, RawStep } from '@podlab/netstack';
import type { MessageParams } from '../describe/render';
import { endpointOf } from '../rule-meaning';
import { decisionWords } from './application-step';
import { policyWords } from './policy-step';

/** The code and parameters of a step's sentence. */
export interface StepWords {
  readonly code: string;
  readonly params: MessageParams;
}

const end = (address: string, port: number, protocol: Header['protocol']) =>
  protocol === 'ICMP' ? address : formatEndpoint(address, port);
const sourceOf = (header: Header) => end(header.source, header.source_port, header.protocol);
const destinationOf = (header: Header) => end(header.destination, header.destination_port, header.protocol);

/** What a step says. */
export function wordsOf(step: RawStep): StepWords {
  const { before, after } = step;
  switch (step.type) {
    case 'Socket': {
      const { event, kind, error, waited_ms } = step.detail;
      const params = {
        source: sourceOf(before),
        destination: destinationOf(before),
        port: before.destination_port,
        kind,
        ...(error === undefined ? {} : { error }),
      };
      if (waited_ms !== undefined) return { code: 'Socket.SentAgain', params: { ...params, waited_ms } };
      return { code: `Socket.${event}`, params };
    }
    case 'Routing': {
      const { result, interface: name = '', gateway } = step.detail;
      const destination = before.destination;
      if (result === 'Unicast' && gateway !== undefined)
        return { code: 'Routing.Gateway', params: { destination, interface: name, gateway } };
      return { code: `Routing.${result}`, params: { destination, interface: name } };
    }
    case 'Conntrack': {
      const { event, state } = step.detail;
      // These two are shared by every flow (step-messages.ts), so they name none.
      if (event === 'New' || event === 'Found') return { code: `Conntrack.${event}`, params: { state } };
      return { code: `Conntrack.${event}`, params: { state, before: flowOf(before), after: flowOf(after) } };
    }
    case 'Iptables':
    case 'Nftables': {
      const { path, verdict, mark = '' } = step.detail;
      return { code: `${step.type}.${verdict}`, params: { chain: path[path.length - 1] ?? '', mark } };
    }
    case 'LoadBalancing':
      return balancingWords(step);
    case 'DestinationNat':
      return {
        code: 'DestinationNat.DNAT',
        params: { before: destinationOf(before), after: destinationOf(after) },
      };
    case 'SourceNat': {
      const params = { before: sourceOf(before), after: sourceOf(after) };
      return { code: `SourceNat.${step.detail.target}`, params };
    }
    case 'Queue':
      return policyWords(step);
    default:
      return linkWords(step);
  }
}

const flowOf = (header: Header) => `${sourceOf(header)} → ${destinationOf(header)}`;

function balancingWords(step: Extract<RawStep, { type: 'LoadBalancing' }>): StepWords {
  const { path, chosen, candidates, probability, sticky } = step.detail;
  const chain = path[path.length - 1] ?? '';
  if (sticky === true) return { code: 'LoadBalancing.Sticky', params: { chain, chosen } };
  const percent = Math.round(probability * 1000) / 10;
  const endpoint = endpointOf(step.rule, chosen);
  return {
    code: 'LoadBalancing.Chosen',
    params: { chain, chosen, endpoint, count: candidates.length, percent },
  };
}

/** A link that is as fast as links are needs no word. */
const TOLD_LATENCY_MS = 1;

type LinkStep = Extract<RawStep, { type: 'Encapsulation' | 'Link' | 'Arp' | 'Application' }>;

function linkWords(step: LinkStep): StepWords {
  switch (step.type) {
    case 'Encapsulation': {
      const { event, interface: name, vni, outer } = step.detail;
      return { code: `Encapsulation.${event}`, params: { interface: name, vni, remote: outer.destination } };
    }
    case 'Link':
      if (step.detail.event === 'Crossed' && step.detail.latency_ms >= TOLD_LATENCY_MS)
        return {
          code: 'Link.Delayed',
          params: {
            interface: step.detail.interface,
            latency_ms: Math.round(step.detail.latency_ms * 1000) / 1000,
          },
        };
      return { code: `Link.${step.detail.event}`, params: { interface: step.detail.interface } };
    case 'Arp': {
      const { event, interface: name, address, mac = '' } = step.detail;
      return { code: `Arp.${event}`, params: { interface: name, address, mac } };
    }
    case 'Application':
      if (step.detail.facts) return decisionWords(step.detail.facts);
      return { code: `Application.${step.detail.event}`, params: { bytes: step.detail.bytes } };
  }
}
