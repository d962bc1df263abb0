import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '@podlab/api';
import { selectorFromLabelSelector } from '@podlab/apimachinery';
import type { Selector } from '@podlab/apimachinery';
import { tryParsePrefix } from '@podlab/netstack';
import type { Prefix } from '@podlab/netstack';
import type { ObjectName, PolicyDirection } from './decision';

/** A port of a rule: a range, a name, or (with neither) every port of the protocol. */
export interface CompiledPort {
  readonly field: string;
  readonly protocol: string;
  readonly first: number;
  readonly last: number;
  readonly name: string | undefined;
}

/** A peer of a rule: addresses, or pods by their labels and those of their namespace. */
export interface CompiledPeer {
  readonly field: string;
  readonly block: { readonly range: Prefix | undefined; readonly except: readonly Prefix[] } | undefined;
  readonly pods: Selector | undefined;
  readonly namespaces: Selector | undefined;
  /** Whether a profile's pods are among them, by the profile's id, as far as anybody asked. */
  readonly known: (boolean | undefined)[];
}

/** A rule: open to all peers or on all ports where it names none. */
export interface CompiledRule {
  readonly field: string;
  readonly ports: readonly CompiledPort[];
  readonly peers: readonly CompiledPeer[];
}

/** A policy ready to be asked. */
export interface CompiledPolicy {
  readonly reference: ObjectName;
  readonly selector: Selector;
  /** The rules of the directions in which it isolates. */
  readonly rules: { readonly [D in PolicyDirection]?: readonly CompiledRule[] };
}

const LAST_PORT = 65_535;

export function compilePolicy({ metadata, spec }: NetworkPolicy): CompiledPolicy {
  const { ingress = [], egress = [], podSelector = {}, policyTypes = [] } = spec;
  const rules: { [D in PolicyDirection]?: readonly CompiledRule[] } = {};
  if (policyTypes.includes('Ingress')) {
    rules.Ingress = ingress.map(({ ports, from }, index) => {
      const field = `spec.ingress[${index}]`;
      return compileRule(field, `${field}.from`, ports, from);
    });
  }
  if (policyTypes.includes('Egress')) {
    rules.Egress = egress.map(({ ports, to }, index) => {
      const field = `spec.egress[${index}]`;
      return compileRule(field, `${field}.to`, ports, to);
    });
  }
  const reference = { namespace: metadata.namespace ?? '', name: metadata.name };
  return { reference, selector: selectorFromLabelSelector(podSelector), rules };
}

function compileRule(
  field: string,
  peersField: string,
  ports: readonly NetworkPolicyPort[] = [],
  peers: readonly NetworkPolicyPeer[] = [],
): CompiledRule {
  return {
    field,
    ports: ports.map((port, index) => compilePort(port, `${field}.ports[${index}]`)),
    peers: peers.map((peer, index) => compilePeer(peer, `${peersField}[${index}]`)),
  };
}

function compilePort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, field: string): CompiledPort {
  if (typeof port === 'string') return { field, protocol, first: 0, last: -1, name: port };
  const first = port ?? 0;
  const last = port === undefined ? LAST_PORT : (endPort ?? port);
  return { field, protocol, first, last, name: undefined };
}

function compilePeer(
  { ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer,
  field: string,
): CompiledPeer {
  return {
    field,
    block: ipBlock && {
      range: tryParsePrefix(ipBlock.cidr),
      except: (ipBlock.except ?? []).flatMap((text) => tryParsePrefix(text) ?? []),
    },
    pods: podSelector && selectorFromLabelSelector(podSelector),
    namespaces: namespaceSelector && selectorFromLabelSelector(namespaceSelector),
    known: [],
  };
}
