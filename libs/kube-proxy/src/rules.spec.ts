import type { EndpointSlice, Service } from '@podlab/api';
import { Prng, seedPrng } from '@podlab/kernel';
import { createNetworkState, Network, parseRuleset, parseSave, TraceRecorder } from '@podlab/netstack';
import { buildService } from '@podlab/testkit';
import fc from 'fast-check';
import { createProxiers } from './modes';
import type { ProxyMode } from './modes';
import type { ProxyTarget, ProxyView } from './proxier';

const ROUNDS = Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);
const RUNS = { numRuns: 100 * ROUNDS };
jest.setTimeout(120_000 * ROUNDS);

const MODES: readonly ProxyMode[] = ['iptables', 'nftables'];
const NODE = 'node/node-a';
const TARGET: ProxyTarget = { name: 'node-a', namespace: NODE, address: '172.18.0.3', zone: '' };
const OUTSIDE = 'outside';
const SETTINGS = { cluster_cidr: '10.0.0.0/8', service_cidr: '172.30.0.0/16' };
/** A pod, a client that source ranges may let in, and one that they may not. */
const SOURCES = ['10.0.0.2', '203.0.113.2', '203.0.113.130'] as const;

/** A node that forwards, and an outside that speaks with any of {@link SOURCES} and delivers to the node. */
function createNetwork(seed: string): Network {
  const prng = new Prng(seedPrng(seed, 'rules'));
  const network = new Network(createNetworkState(), { now: () => 0, random: () => prng.float() });
  network.addWire('underlay');
  network.addNamespace(NODE, { 'net.ipv4.ip_forward': 1 });
  const addresses = [{ address: '172.18.0.3', prefix_length: 16 }];
  network.addEthernet(NODE, 'underlay', { name: 'eth0', addresses });
  network.setRoute(NODE, { destination: '0.0.0.0/0', via: '172.18.0.1', interface: 'eth0' });
  network.addNamespace(OUTSIDE);
  const own = [{ address: '172.18.0.1', prefix_length: 16 }];
  network.addEthernet(OUTSIDE, 'underlay', { name: 'eth0', addresses: own });
  for (const address of SOURCES) network.addAddress(OUTSIDE, 'lo', { address, prefix_length: 32 });
  return network;
}

interface Plan {
  readonly spec: Partial<Service['spec']>;
  readonly vip: boolean;
  readonly endpoints: readonly {
    readonly local: boolean;
    readonly ready: boolean;
    readonly terminating: boolean;
  }[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  spec: fc.record({
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    externalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
    internalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
    sessionAffinity: fc.constantFrom('None', 'None', 'ClientIP'),
    externalIPs: fc.constantFrom([], ['192.0.2.50']),
    loadBalancerSourceRanges: fc.constantFrom([], ['203.0.113.0/25'], ['172.18.0.0/16', '203.0.113.0/25']),
  }),
  vip: fc.boolean(),
  endpoints: fc.array(fc.record({ local: fc.boolean(), ready: fc.boolean(), terminating: fc.boolean() }), {
    maxLength: 4,
  }),
});

/** The Service number `index` of a cluster, with addresses and ports of its own. */
function serviceOf({ spec, vip }: Plan, index: number): Service {
  const clusterIP = `172.30.0.${41 + index}`;
  const isPublic = spec.type !== 'ClusterIP';
  const port = { name: 'p', port: 80, protocol: 'TCP', ...(isPublic ? { nodePort: 30_000 + index } : {}) };
  const externalIPs = (spec.externalIPs ?? []).map((address) => address.replace('.50', `.${50 + index}`));
  const own = { ...spec, clusterIP, clusterIPs: [clusterIP], externalIPs };
  const service = buildService('ns', `svc${index}`, {}, [port], own);
  if (vip && spec.type === 'LoadBalancer') {
    service.status = { loadBalancer: { ingress: [{ ip: `1.2.3.${4 + index}` }] } };
  }
  return service;
}

function sliceOf({ endpoints }: Plan, index: number): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `svc${index}-1`, namespace: 'ns' },
    addressType: 'IPv4',
    ports: [{ name: 'p', port: 8080, protocol: 'TCP' }],
    endpoints: endpoints.map(({ local, ready, terminating }, at) => ({
      addresses: [`10.180.${index}.${at + 1}`],
      nodeName: local ? 'node-a' : 'node-b',
      conditions: { ready: ready && !terminating, serving: ready, terminating },
    })),
  };
}

function write(mode: ProxyMode, network: Network, plans: readonly Plan[]): void {
  const services = new Map(plans.map((each, index) => [`ns/svc${index}`, serviceOf(each, index)]));
  const slices = new Map(plans.map((each, index) => [`ns/svc${index}`, [sliceOf(each, index)]]));
  const view: ProxyView = {
    services: () => [...services.values()],
    service: (key) => services.get(key),
    endpointSlices: (key) => slices.get(key) ?? [],
  };
  for (const { proxier } of createProxiers(mode, network, view, SETTINGS)) {
    proxier.sync(new Set(), [TARGET], new Set(['node-a']));
  }
}

/** The same network whose tables are what their tools' text says. */
function fromText(original: Network, seed: string): Network {
  const network = createNetwork(seed);
  for (const [name, value] of original.state.namespaces.get(NODE)?.sysctls ?? [])
    network.setSysctl(NODE, name, value);
  const text = original.iptables(NODE).render();
  for (const { table, chains } of parseSave(text)) network.iptables(NODE).restore(table, chains);
  expect(network.iptables(NODE).render()).toBe(text);
  const ruleset = original.nftables(NODE).render();
  for (const { family, name, commands } of parseRuleset(ruleset))
    network.nftables(NODE).run(family, name, commands);
  expect(network.nftables(NODE).render()).toBe(ruleset);
  return network;
}

/** Every way to ask for a Service: each of its addresses, and ports that it does not have, by each kind of client. */
function* requests(services: number) {
  for (let index = 0; index < services; index++) {
    const ends = [
      [`172.30.0.${41 + index}`, 80],
      [`172.30.0.${41 + index}`, 81],
      [`192.0.2.${50 + index}`, 80],
      [`1.2.3.${4 + index}`, 80],
      ['172.18.0.3', 30_000 + index],
      ['127.0.0.1', 30_000 + index],
      [`172.30.9.${index}`, 80],
    ] as const;
    for (const [destination, port] of ends) {
      yield { namespace: NODE, destination, port };
      if (destination === '127.0.0.1') continue;
      for (const source_address of SOURCES) {
        yield { namespace: OUTSIDE, destination, port, source_address, via: '172.18.0.3' };
      }
    }
  }
}

/** What every request meets, as traces tell it: steps, addresses, rules and the end. */
function walks(network: Network, services: number): unknown[] {
  let source_port = 20_000;
  return [...requests(services)].map(({ namespace, ...request }) => {
    const recorder = new TraceRecorder();
    const { disposition, end } = network.connect(namespace, {
      protocol: 'TCP',
      source_port: source_port++,
      recorder,
      ...request,
    });
    const steps = recorder.hops.flatMap((hop) =>
      hop.steps.map(({ type, action, before, after, rule }) => {
        return [type, action, before, after, rule && [rule.table, rule.chain, rule.text]];
      }),
    );
    return [request, disposition, end.code, end.rule?.text, steps];
  });
}

/** Services that come, change and go. */
class PlannedView implements ProxyView {
  private plans: readonly (Plan | undefined)[] = [];

  /** The keys of the Services that are not as they were. */
  become(plans: readonly (Plan | undefined)[]): Set<string> {
    const count = Math.max(plans.length, this.plans.length);
    const indices = Array.from({ length: count }, (_, index) => index);
    const changed = indices.filter((index) => plans[index] !== this.plans[index]);
    this.plans = plans;
    return new Set(changed.map((index) => `ns/svc${index}`));
  }

  services(): Service[] {
    return this.plans.flatMap((each, index) => (each === undefined ? [] : [serviceOf(each, index)]));
  }

  service(key: string): Service | undefined {
    return this.services().find(({ metadata }) => `ns/${metadata.name}` === key);
  }

  endpointSlices(key: string): readonly EndpointSlice[] {
    const index = Number(key.slice('ns/svc'.length));
    const each = this.plans[index];
    return each === undefined ? [] : [sliceOf(each, index)];
  }
}

/** The chains that Services share stand in their order; others in that of their making. */
function sharedLines(network: Network): string[] {
  const lines = network.iptables(NODE).render().split('\n');
  return lines.filter((line) => /^-A KUBE-(SERVICES|NODEPORTS|EXTERNAL-SERVICES|PROXY-FIREWALL) /.test(line));
}

function allLines(network: Network): string[] {
  return [
    ...network.iptables(NODE).render().split('\n'),
    ...network.nftables(NODE).render().split('\n'),
  ].sort();
}

describe.each(MODES)('the rules of kube-proxy in %s mode', (mode) => {
  const plans = fc.array(plan, { minLength: 1, maxLength: 3 });
  const seeds = fc.integer({ min: 0, max: 1e9 }).map(String);

  it('read back from the text of their tools lead every packet the same way', () => {
    fc.assert(
      fc.property(plans, seeds, (all, seed) => {
        const network = createNetwork(seed);
        write(mode, network, all);
        expect(walks(fromText(network, seed), all.length)).toEqual(walks(network, all.length));
      }),
      RUNS,
    );
  });

  it('lead no packet another way for a Service that has nothing to do with it', () => {
    fc.assert(
      fc.property(plans, plan, seeds, (all, unrelated, seed) => {
        const [without, beside] = [createNetwork(seed), createNetwork(seed)];
        write(mode, without, all);
        write(mode, beside, [...all, unrelated]);
        expect(walks(beside, all.length)).toEqual(walks(without, all.length));
      }),
      RUNS,
    );
  });

  it('end up the same, and in the same order, whatever changes came before', () => {
    const steps = fc.array(fc.array(fc.option(plan, { nil: undefined }), { minLength: 3, maxLength: 6 }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(steps, (states) => {
        const network = createNetwork('changes');
        const view = new PlannedView();
        const [{ proxier }] = createProxiers(mode, network, view, SETTINGS);
        states.forEach((plans_then, at) => {
          const changed = view.become(plans_then);
          proxier.sync(changed, [TARGET], new Set(at === 0 ? ['node-a'] : []));
        });
        const fresh = createNetwork('changes');
        const [{ proxier: other }] = createProxiers(mode, fresh, view, SETTINGS);
        other.sync(new Set(), [TARGET], new Set(['node-a']));
        expect(sharedLines(network)).toEqual(sharedLines(fresh));
        expect(allLines(network)).toEqual(allLines(fresh));
      }),
      RUNS,
    );
  });

  it('give each of five endpoints its share of a thousand connections', () => {
    const network = createNetwork('shares');
    const endpoint = { local: false, ready: true, terminating: false };
    write(mode, network, [{ spec: {}, vip: false, endpoints: Array.from({ length: 5 }, () => endpoint) }]);
    const counts = new Map<string, number>();
    for (let at = 0; at < 1_000; at++) {
      const recorder = new TraceRecorder();
      const request = { protocol: 'TCP', destination: '172.30.0.41', port: 80, recorder } as const;
      network.connect(OUTSIDE, {
        ...request,
        source_address: '10.0.0.2',
        via: '172.18.0.3',
        source_port: 20_000 + at,
      });
      const steps = recorder.hops.flatMap(({ steps: each }) => each);
      const backend = steps.find(({ type }) => type === 'DestinationNat')?.after.destination ?? 'none';
      counts.set(backend, (counts.get(backend) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5].map((last) => `10.180.0.${last}`));
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    // Four degrees of freedom: above 18.47 one time in a thousand.
    expect(chiSquare).toBeLessThan(18.47);
  });
});
