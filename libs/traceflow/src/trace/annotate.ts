import type { HopLocation, ObjectReference } from '@podlab/contracts';
import type { RawStep, RuleCitation } from '@podlab/netstack';
import { matchPort, referenceTo } from '../cluster-objects';
import type { ClusterObjects } from '../cluster-objects';
import { servicePortOf } from '../rule-meaning';
import { decisionObjects } from './application-step';
import { policyObjects } from './policy-step';

const NONE: readonly ObjectReference[] = [];

/** Names the Kubernetes objects behind namespaces, addresses and rules; remembers them until an object changes. */
export class Annotator {
  private readonly places = new Map<string, Map<string | undefined, HopLocation>>();
  private readonly by_place = new Map<string, readonly ObjectReference[]>();
  private readonly by_address = new Map<string, readonly ObjectReference[]>();
  private by_rule = new WeakMap<RuleCitation, readonly ObjectReference[]>();

  constructor(private readonly objects: ClusterObjects) {
    objects.onChange(() => {
      this.places.clear();
      this.by_place.clear();
      this.by_address.clear();
      this.by_rule = new WeakMap();
    });
  }

  /** Where a network namespace is, in the cluster's words; the same object for the same place. */
  placeOf(namespace: string, interfaceName?: string): HopLocation {
    let known = this.places.get(namespace);
    if (!known) {
      known = new Map();
      this.places.set(namespace, known);
    }
    let place = known.get(interfaceName);
    if (!place) {
      const found = this.findPlace(namespace);
      place = interfaceName === undefined ? found : { ...found, interface: interfaceName };
      known.set(interfaceName, place);
    }
    return place;
  }

  private findPlace(namespace: string): HopLocation {
    const slash = namespace.indexOf('/');
    const [kind, id] =
      slash < 0 ? [namespace, namespace] : [namespace.slice(0, slash), namespace.slice(slash + 1)];
    if (kind === 'pod') {
      const pod = this.objects.podByUid(id);
      return { kind: 'Pod', name: pod?.metadata.name ?? id, namespace: pod?.metadata.namespace ?? '' };
    }
    if (kind === 'loadbalancer') return { kind: 'LoadBalancer', name: id };
    return kind === 'external' ? { kind: 'External', name: 'external' } : { kind: 'Node', name: id };
  }

  /** The objects that a step is about. */
  objectsOf(step: RawStep, namespace: string): readonly ObjectReference[] {
    switch (step.type) {
      case 'Application':
        return step.detail.facts ? decisionObjects(step.detail.facts) : this.placeObjects(namespace);
      case 'Socket':
        return this.placeObjects(namespace);
      case 'DestinationNat':
        return this.joined(this.ruleObjects(step.rule), this.addressObjects(step.after.destination));
      case 'SourceNat':
        return this.joined(this.ruleObjects(step.rule), this.addressObjects(step.after.source));
      case 'LoadBalancing':
      case 'Iptables':
      case 'Nftables':
        return this.ruleObjects(step.rule);
      case 'Queue':
        return policyObjects(step);
      case 'Routing':
        return this.addressObjects(step.before.destination);
      default:
        return NONE;
    }
  }

  private joined(
    one: readonly ObjectReference[],
    other: readonly ObjectReference[],
  ): readonly ObjectReference[] {
    return one.length === 0 ? other : other.length === 0 ? one : [...one, ...other];
  }

  private placeObjects(namespace: string): readonly ObjectReference[] {
    let found = this.by_place.get(namespace);
    if (!found) {
      found = this.findPlaceObjects(namespace);
      this.by_place.set(namespace, found);
    }
    return found;
  }

  private findPlaceObjects(namespace: string): readonly ObjectReference[] {
    const { kind, name, namespace: home } = this.placeOf(namespace);
    if (kind === 'Pod') return [{ apiVersion: 'v1', kind, namespace: home ?? '', name }];
    return kind === 'Node' && this.objects.nodes.get(name) ? [{ apiVersion: 'v1', kind, name }] : NONE;
  }

  private addressObjects(address: string): readonly ObjectReference[] {
    let found = this.by_address.get(address);
    if (!found) {
      found = this.objects.referencesAt(address);
      this.by_address.set(address, found);
    }
    return found;
  }

  private ruleObjects(rule: RuleCitation | undefined): readonly ObjectReference[] {
    if (!rule) return NONE;
    let found = this.by_rule.get(rule);
    if (!found) {
      found = this.findRuleObjects(rule);
      this.by_rule.set(rule, found);
    }
    return found;
  }

  private findRuleObjects(rule: RuleCitation): readonly ObjectReference[] {
    const found = servicePortOf(rule);
    const service = found && this.objects.services.get(found.service);
    if (!service) return NONE;
    const port = matchPort(service, (candidate) => (candidate.name ?? '') === found.port);
    return [referenceTo(service, port && `spec.ports[${port.index}]`)];
  }
}
