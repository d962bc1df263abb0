import type {
  IPBlock,
  LabelSelector,
  Namespace,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  Pod,
} from '@podlab/api';
import fc from 'fast-check';
import type { Flow } from './decision';
import { engineOf, namespace, pod, policy } from './test-support';

/**
 * A second evaluator, written from the field descriptions of networking.k8s.io/v1 alone and for one question at a
 * time. It shares nothing with the engine but the objects.
 */
interface Cluster {
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
  readonly policies: readonly NetworkPolicy[];
}

function selected(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    wanted &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const has = Object.hasOwn(labels, key);
      if (operator === 'Exists') return has;
      if (operator === 'DoesNotExist') return !has;
      const among = has && values.includes(labels[key]);
      return operator === 'In' ? among : !among;
    })
  );
}

/** The bits of a dotted quad, as a string. */
const bits = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');

function inRange(address: string, cidr: string): boolean {
  const [base, length] = cidr.split('/');
  return bits(address).slice(0, Number(length)) === bits(base).slice(0, Number(length));
}

const inBlock = (address: string, { cidr, except = [] }: IPBlock): boolean =>
  inRange(address, cidr) && !except.some((part) => inRange(address, part));

class BruteForce {
  constructor(private readonly cluster: Cluster) {}

  private owner(address: string): Pod | undefined {
    return this.cluster.pods.find(
      ({ spec, status }) => spec.hostNetwork !== true && status?.podIP === address,
    );
  }

  allows({ source, destination, protocol, destination_port: port }: Flow): boolean {
    const sender = this.owner(source);
    const receiver = this.owner(destination);
    if (sender && sender === receiver) return true;
    const named = (wanted: NetworkPolicyPort): boolean => this.portFits(wanted, protocol, port, receiver);
    return (
      this.direction('Egress', sender, destination, named) &&
      this.direction('Ingress', receiver, source, named)
    );
  }

  private portFits(
    wanted: NetworkPolicyPort,
    protocol: string,
    port: number,
    receiver: Pod | undefined,
  ): boolean {
    if ((wanted.protocol ?? 'TCP') !== protocol) return false;
    if (wanted.port === undefined) return true;
    if (typeof wanted.port === 'number')
      return wanted.port <= port && port <= (wanted.endPort ?? wanted.port);
    return (receiver?.spec.containers ?? []).some(({ ports = [] }) =>
      ports.some(
        (own) => own.name === wanted.port && own.protocol === protocol && own.containerPort === port,
      ),
    );
  }

  private direction(
    type: 'Ingress' | 'Egress',
    near: Pod | undefined,
    far: string,
    named: (port: NetworkPolicyPort) => boolean,
  ): boolean {
    if (!near) return true;
    const isolating = this.cluster.policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === near.metadata.namespace &&
        selected(spec.podSelector ?? {}, near.metadata.labels ?? {}) &&
        (spec.policyTypes ?? []).includes(type),
    );
    if (isolating.length === 0) return true;
    return isolating.some(({ metadata, spec }) => {
      const rules = type === 'Ingress' ? (spec.ingress ?? []) : (spec.egress ?? []);
      return rules.some((rule) => {
        const { ports = [] } = rule;
        const peers = ('from' in rule ? rule.from : 'to' in rule ? rule.to : undefined) ?? [];
        const portFits = ports.length === 0 || ports.some(named);
        return (
          portFits &&
          (peers.length === 0 || peers.some((peer) => this.peerFits(peer, metadata.namespace ?? '', far)))
        );
      });
    });
  }

  private peerFits(
    { ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer,
    home: string,
    far: string,
  ): boolean {
    if (ipBlock) return inBlock(far, ipBlock);
    const other = this.owner(far);
    if (!other) return false;
    const their = other.metadata.namespace ?? '';
    if (podSelector && !selected(podSelector, other.metadata.labels ?? {})) return false;
    if (!namespaceSelector) return their === home;
    const found = this.cluster.namespaces.find(({ metadata }) => metadata.name === their);
    return found !== undefined && selected(namespaceSelector, found.metadata.labels ?? {});
  }
}

const NAMESPACES = ['red', 'green', 'blue'];
const KEYS = ['app', 'tier'];
const VALUES = ['a', 'b', 'c'];
const PORTS = [53, 80, 81, 8080];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const OUTSIDE = ['198.51.100.7', '203.0.113.80', '172.18.0.3', '10.244.0.0'];

const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 2 });
const expression = fc.record({
  key: fc.constantFrom(...KEYS),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }),
});
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 1 }) },
  { requiredKeys: [] },
);
const cidr = fc
  .tuple(
    fc.constantFrom('10.244.0.0', '10.244.1.0', '10.244.1.2', '198.51.100.0'),
    fc.constantFrom(0, 8, 16, 24, 31),
  )
  .map(([base, length]) => `${base}/${length}`);
const except = fc.array(fc.constantFrom('10.244.1.0/24', '10.244.2.2/32', '198.51.100.0/28'), {
  maxLength: 2,
});
const peer: fc.Arbitrary<NetworkPolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: fc.record({ cidr, except }) }),
);
const port: fc.Arbitrary<NetworkPolicyPort> = fc
  .record({
    protocol: fc.constantFrom(...PROTOCOLS),
    port: fc.option(fc.oneof(fc.constantFrom(...PORTS), fc.constantFrom('http', 'dns')), { nil: undefined }),
    span: fc.constantFrom(0, 1, 8000),
  })
  .map(({ span, ...rest }) =>
    typeof rest.port === 'number' && span > 0 ? { ...rest, endPort: rest.port + span } : rest,
  );
const ports = fc.array(port, { maxLength: 2 });
const peers = fc.array(peer, { maxLength: 2 });
const few = { maxLength: 2 };
const ingress = fc.array(fc.record({ ports, from: peers }, { requiredKeys: [] }), few);
const egress = fc.array(fc.record({ ports, to: peers }, { requiredKeys: [] }), few);
const policyTypes = fc.option(fc.subarray(['Ingress', 'Egress'], { minLength: 1 }), { nil: undefined });
const spec = fc.record({ podSelector: selector, ingress, egress, policyTypes });
const containerPorts = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('http', 'dns'),
    containerPort: fc.constantFrom(...PORTS),
    protocol: fc.constantFrom(...PROTOCOLS),
  }),
  { maxLength: 2, selector: ({ name }) => name },
);
const podFields = fc.record({
  home: fc.constantFrom(...NAMESPACES),
  labels,
  ports: containerPorts,
  hostNetwork: fc.boolean().map((host) => host || undefined),
});
const cluster: fc.Arbitrary<Cluster> = fc
  .record({
    pods: fc.array(podFields, { minLength: 2, maxLength: 6 }),
    labels: fc.tuple(labels, labels, labels),
    policies: fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), spec), { minLength: 1, maxLength: 5 }),
  })
  .map((drawn) => ({
    pods: drawn.pods.map(({ home, hostNetwork, ...fields }, index) =>
      pod(`${home}/p${index}`, {
        ...fields,
        ip: hostNetwork ? `172.18.0.${index}` : `10.244.${index % 3}.${index}`,
        ...(hostNetwork && { hostNetwork }),
      }),
    ),
    namespaces: NAMESPACES.map((name, index) => namespace(name, drawn.labels[index])),
    policies: drawn.policies.map(([home, each], index) => policy(`${home}/n${index}`, each)),
  }));

function everyFlow({ pods }: Cluster): Flow[] {
  const addresses = [...pods.map(({ status }) => status?.podIP ?? ''), ...OUTSIDE];
  return addresses.flatMap((source) =>
    addresses.flatMap((destination) =>
      PORTS.map((destination_port, index) => {
        return { source, destination, protocol: PROTOCOLS[index % PROTOCOLS.length], destination_port };
      }),
    ),
  );
}

describe('the engine', () => {
  it('says what a second evaluator says, of every flow in random clusters', () => {
    fc.assert(
      fc.property(cluster, (drawn) => {
        const engine = engineOf(drawn);
        const plain = new BruteForce(drawn);
        for (const flow of everyFlow(drawn))
          expect([flow, engine.allows(flow)]).toEqual([flow, plain.allows(flow)]);
      }),
      { numRuns: 3 * (fc.readConfigureGlobal().numRuns ?? 100) },
    );
  }, 120_000);

  it('decides in each direction as it allows', () => {
    fc.assert(
      fc.property(cluster, (drawn) => {
        const engine = engineOf(drawn);
        for (const flow of everyFlow(drawn)) {
          const egress = engine.decide('Egress', flow)?.allowed ?? true;
          const ingress = engine.decide('Ingress', flow)?.allowed ?? true;
          expect([flow, egress && ingress]).toEqual([flow, engine.allows(flow)]);
        }
      }),
    );
  }, 120_000);

  it('is the same after any way of changes to the same objects', () => {
    fc.assert(
      fc.property(cluster, cluster, (before, after) => {
        const engine = engineOf(before);
        const flows = everyFlow(after);
        for (const flow of flows) engine.allows(flow);
        for (const { metadata } of before.pods) engine.removePod(`${metadata.namespace}/${metadata.name}`);
        for (const { metadata } of before.policies)
          engine.removePolicy(metadata.namespace ?? '', metadata.name);
        for (const each of after.policies) engine.setPolicy(each);
        for (const each of after.pods) engine.setPod(each);
        for (const each of after.namespaces) engine.setNamespace(each);
        const fresh = engineOf(after);
        expect(flows.map((flow) => engine.allows(flow))).toEqual(flows.map((flow) => fresh.allows(flow)));
      }),
    );
  }, 120_000);
});
