import type { Diagnosis } from '@podlab/contracts';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codesOf, diagnosisCodes, sentence } from '@podlab/traceflow';
import { badAsks, goodAsks } from './diagnosis/asks';
import { MISTAKES } from './diagnosis/mistakes';
import { makeWorld } from './diagnosis/world';
import { send, settle } from './test-support';

const TABLE = resolve(__dirname, '../../../docs/diagnoses.md');
const IPTABLES = 'iptables, IPv4';
const NFTABLES = 'nftables, both families';

/** For a sentence a mistake of `diagnosis/mistakes.ts` (none: the request itself is wrong) and a request of `diagnosis/asks.ts`. */
type Example = readonly [mistake: string, ask: string, world?: string];

const EXAMPLES: Readonly<Record<string, Example>> = {
  AddressFamilyNotInCluster: ['', 'IPv6 of a cluster without'],
  ClusterIPNotReachableFromOutside: ['', 'a cluster IP from outside'],
  ClusterNameOutsideCluster: ['', 'a name of the cluster from outside'],
  ContainerCommandNotFound: ['a command that is not there', 'a name'],
  ContainerCrashing: ['a command that ends', 'a name'],
  'ContainerCrashing.Fault': ['pods that are made to crash', 'a node port of the far node'],
  ContainerNotConfigured: ['a variable from a ConfigMap that is not there', 'a name'],
  'DeniedByNetworkPolicy.Egress': ['no policy lets anything out', 'a pod'],
  'DeniedByNetworkPolicy.Ingress': ['no policy lets anything in', 'a name'],
  'DeniedByNetworkPolicy.PodLabel': ['a policy with a slip in a label', 'a name'],
  'DeniedByNetworkPolicy.Protocol': ['a policy of the wrong protocol', 'a node port of the far node'],
  DnsDeniedByNetworkPolicy: ['no policy lets anything out', 'a name'],
  DnsUnavailable: ['no name server', 'a name'],
  'DnsUnavailable.NoDns': ['a name server that speaks no DNS', 'a name'],
  EndpointAddressDead: ['endpoints by hand at no pod', 'endpoints by hand'],
  EndpointNotReady: ['endpoints by hand that are not ready', 'endpoints by hand'],
  EndpointPortNameDiffers: ['endpoints by hand with a port of another name', 'endpoints by hand'],
  EndpointPortNotListening: ['endpoints by hand at a closed port', 'endpoints by hand'],
  ExternalIPNotRouted: ['', 'an external IP without a route'],
  ExternalNameNotFound: ['an alias to nowhere', 'an alias'],
  'ExternalNameNotFound.NearMiss': ['an alias with a slip', 'an alias'],
  ExternalTrafficPolicyLocalWithoutLocalEndpoint: [
    'externalTrafficPolicy Local',
    'a node port of the far node',
  ],
  HostPortNotListening: ['', 'another port of a host outside'],
  'HostPortNotListening.Nothing': ['', 'the loopback outside'],
  HostPortOnOtherNode: ['', 'a host port of another node'],
  'ImagePullFailing.Fault': ['an image that can’t be pulled', 'a name'],
  'ImagePullFailing.NearMiss': ['an image with a slip', 'a name'],
  IngressBackendPortNotFound: ['another port', 'an Ingress'],
  IngressBackendServiceNotFound: ['an Ingress to a Service with a slip', 'an Ingress'],
  'IngressBackendServiceNotFound.NothingNear': ['no Service', 'an Ingress'],
  IngressClassNotFound: ['an Ingress of another class', 'an Ingress'],
  IngressHostNotInDns: ['', 'an Ingress by its name'],
  IngressHostNotMatched: ['', 'a Host with a slip'],
  'IngressHostNotMatched.NoRules': ['no Ingress', 'an Ingress'],
  IngressPathNotMatched: ['an Ingress of another path', 'an Ingress'],
  InitContainerNotFinished: ['a first container that waits', 'a name'],
  InternalTrafficPolicyLocalWithoutLocalEndpoint: ['internalTrafficPolicy Local', 'datagrams'],
  'LinkBroken.Fault': ['links of pods that are down', 'a name'],
  'LinkBroken.Loss': ['a node that loses everything', 'a load balancer from inside'],
  LinkTooSlow: ['a node that is slow', 'a load balancer from inside'],
  LivenessProbeFailing: ['a liveness probe that fails', 'a name'],
  'LoadBalancerPending.Failing': ['a cloud that fails', 'a load balancer'],
  'LoadBalancerPending.NoCloud': ['no cloud', 'a load balancer'],
  'LoadBalancerPending.OtherClass': ['a class of load balancers that nobody implements', 'a load balancer'],
  'LoadBalancerPending.Quota': ['a quota that is used', 'a load balancer'],
  LoopbackSource: ['', 'a loopback source', NFTABLES],
  NameInOtherNamespace: ['', 'a short name of another namespace'],
  NameNotFound: ['no Service', 'a name'],
  'NameNotFound.NearMiss': ['', 'a slip in a name'],
  NoEndpoints: ['no endpoints by hand', 'endpoints by hand'],
  NoReplicas: ['no replicas', 'a name'],
  NobodyHasAddress: ['', 'an address of nobody'],
  NodePortNotOpen: ['a Service of type ClusterIP', 'datagrams to a node port'],
  NodePortNotServedOnAddress: ['', 'a node port on a loopback address', NFTABLES],
  NodePortOfOtherFamily: ['', 'a node port of a Service of the other family', NFTABLES],
  NodePortOnWrongPort: ['', 'https of a node'],
  'NodePortOnWrongPort.Protocol': ['', 'TCP of a UDP node port'],
  'NodeUnreachable.Fault': ['a node that is down', 'a load balancer from inside'],
  PodIPNotReachableFromOutside: ['', 'a pod from outside'],
  PodNameIsNoDnsName: ['', 'the name of a pod'],
  PodNotScheduled: ['a node selector that no node has', 'a name'],
  PodOnMissingNode: ['a node that is not there', 'a name'],
  PodPortNotListening: ['', 'a node port at a pod'],
  'PodPortNotListening.Nothing': ['', 'the own loopback'],
  'PodPortNotListening.Protocol': ['', 'UDP of a pod that listens by TCP'],
  PodsNotCreated: ['a service account that is not there', 'a name'],
  PortNotExposedByService: ['', 'a target port at a name'],
  'PortNotExposedByService.Https': ['', 'https of a Service with http'],
  'PortNotExposedByService.NodePort': ['', 'a node port at a name'],
  'PortNotExposedByService.Ping': ['', 'a ping of a Service'],
  'PortNotExposedByService.Protocol': ['', 'UDP of a TCP port'],
  'PortNotExposedByService.TargetPort': ['another port', 'a name'],
  ReadinessGateNotMet: ['a readiness gate that nobody opens', 'a name'],
  ReadinessProbeFailing: ['a readiness probe of a wrong port', 'a node port of the far node'],
  'ReadinessProbeFailing.Fault': ['pods that are made unready', 'a name'],
  SelectorMatchesNoPod: ['a selector with a slip', 'a name'],
  'SelectorMatchesNoPod.NothingNear': ['no Deployment', 'a name'],
  SourceNotInLoadBalancerSourceRanges: ['source ranges', 'a load balancer'],
  StaleClusterIP: ['', 'an address of no Service'],
  StaleLoadBalancerIP: ['', 'a load balancer that is none'],
  'StaleLoadBalancerIP.NoService': ['no Service', 'a load balancer'],
  StalePodIP: ['', 'an address of no pod'],
  StartupProbeFailing: ['a startup probe that fails', 'a name'],
  TargetPortNameNotFound: ['a target port by a name with a slip', 'a node port of the far node'],
  TargetPortNotListening: ['a target port that nobody listens on', 'a name'],
  'TargetPortNotListening.Nothing': ['a command that listens on nothing', 'a name'],
  VolumeNotMounted: ['a volume of a Secret that is not there', 'a name'],
};

/** Sentences whose example needs more than one mistake and one request: the specs that have them. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'address-families': ['AddressFamiliesDiffer', 'NodePortNotServedOnAddress.IPv6Loopback'],
  cloud: ['LoadBalancerPending', 'LoadBalancerPending.Refused', 'NoHealthyNode', 'NoHealthyNode.NoNode'],
  diagnosis: [
    'HostPortOnOtherAddress',
    'ImagePullFailing',
    'NodeUnreachable',
    'PodStarting',
    'SenderNotRunning',
    'StaleClusterIP.NoService',
    'StalePodIP.NoService',
  ],
  'diagnosis-corners': [
    'NoAnswer',
    'PodFinished',
    'PodTerminating',
    'PodsNotCreated.Paused',
    'PodsNotCreated.Yet',
    'ReadinessProbePending',
    'SourcePortInUse',
    'SourcePortInUse.Address',
    'TargetPortNameNotFound.NothingNear',
    'TargetPortNotListening.Protocol',
  ],
  faults: ['DnsUnavailable.Fault'],
  ingress: [
    'IngressBackendServiceNotFound.OtherNamespace',
    'IngressOfOtherController',
    'IngressPathNotMatched.Exact',
    'IngressWithoutClass',
    'IngressWithoutController',
  ],
  'kept-connections': ['KeptConnectionClosed', 'KeptConnectionClosed.PodGone'],
  names: [
    'HeadlessHostNotFound',
    'HeadlessHostNotFound.Pod',
    'NameNotInSearchPath',
    'NameNotValid',
    'NameServerUnreachable',
    'NameServerUnreachable.Pod',
    'PodDoesNotUseClusterDns',
  ],
  'names-of-families': ['NoAddressOfFamily', 'NoAddressOfFamily.Host'],
  'network-policy': [
    'DeniedByNetworkPolicy.Except',
    'DeniedByNetworkPolicy.NamespaceLabel',
    'DeniedByNetworkPolicy.OnePeerForTwo',
    'DeniedByNetworkPolicy.OtherNamespace',
    'DeniedByNetworkPolicy.Port',
    'DeniedByNetworkPolicy.PortName',
    'DeniedByNetworkPolicy.PortOfService',
    'DeniedByNetworkPolicy.SourceIsNode',
  ],
  requests: ['LoadBalancerPending.Slow'],
};

/** Sentences that random worlds come to only after a fix, or by chance; `diagnosis/random.spec.ts` checks each that they tell. */
const BY_CHANCE: readonly string[] = [
  'ConnectionReset',
  'ConntrackFull',
  'ContainerCrashing.BackOff',
  'EndpointPortNotListening.Nothing',
  'ImagePullFailing.BackOff',
  'IngressBackendNotAnswering',
  'IngressNotTakenUpYet',
  'KeptConnectionSilent',
  'KeptConnectionSilent.PodGone',
  'NoReadyEndpoint',
  'PodPortNotListening.Address',
  'RulesNotYetWritten',
  'SourcePortInUse.NoneLeft',
];

/** Sentences that say only where a packet stopped. No request is known that needs one; random worlds fail on them. */
const LAST_RESORTS: readonly string[] = ['DroppedByRule', 'LinkBroken', 'Undelivered'];

describe('the table of diagnoses', () => {
  const worlds = new Map([IPTABLES, NFTABLES].map((name) => [name, makeWorld(name)]));

  function example([mistake, asked, name = IPTABLES]: Example): Diagnosis {
    const world = worlds.get(name) as ReturnType<typeof makeWorld>;
    const ask = [...goodAsks(world), ...badAsks(world)].find((each) => each.name === asked);
    const cluster = world.cluster.fork();
    if (mistake !== '') {
      MISTAKES.find((each) => each.name === mistake)?.make(cluster);
      settle(cluster);
    }
    const { from, to, ...more } = ask?.body ?? badAsks(world)[0].body;
    return send(cluster, from, to, more as never).diagnosis as Diagnosis;
  }

  const rows = Object.entries(EXAMPLES).map(([code, given]) => ({ code, given, told: example(given) }));

  it.each(rows.map(({ code, given, told }) => [code, given.slice(0, 2).filter(Boolean).join('; '), told]))(
    '%s: %s',
    (code, _, told) => {
      expect((told as Diagnosis).message.code).toBe(code);
    },
  );

  it('names every sentence once, and each is there in both languages', () => {
    const named = [
      ...Object.keys(EXAMPLES),
      ...Object.values(ELSEWHERE).flat(),
      ...BY_CHANCE,
      ...LAST_RESORTS,
    ];
    expect(named.sort()).toEqual(diagnosisCodes());
    const korean = new Set(codesOf('ko'));
    expect(named.filter((code) => !korean.has(code))).toEqual([]);
  });

  it.each(Object.entries(ELSEWHERE))('%s.spec.ts has its examples', (spec, codes) => {
    const text = readFileSync(resolve(__dirname, `${spec}.spec.ts`), 'utf8');
    expect(codes.filter((code) => !text.includes(code.split('.')[0]))).toEqual([]);
  });

  it('stands in docs/diagnoses.md', () => {
    const text = page(rows);
    if (process.env['UPDATE_GOLDEN']) writeFileSync(TABLE, text);
    expect(existsSync(TABLE)).toBe(true);
    expect(text).toBe(readFileSync(TABLE, 'utf8'));
  });
});

const quoted = (codes: readonly string[]) => codes.map((code) => `\`${code}\``).join(', ');

interface Row {
  readonly code: string;
  readonly given: Example;
  readonly told: Diagnosis;
}

/** No name or address of the run stands in it: it changes with the catalogues and the examples alone. */
function page(rows: readonly Row[]): string {
  const section = ({ code, given: [mistake, asked], told: { object, field, fix } }: Row) => [
    `## \`${code}\``,
    '',
    `- Example: ${[mistake, asked].filter(Boolean).join('; ')}`,
    `- Points at: ${object?.kind ?? 'no object'}${field ? `, \`${field}\`` : ''}`,
    `- Fix: ${fix?.action ?? 'none'}`,
    `- English: \`${sentence(code, 'en')}\``,
    `- Korean: \`${sentence(code, 'ko')}\``,
    '',
  ];
  const others = Object.entries(ELSEWHERE).map(([spec, codes]) => `- \`${spec}.spec.ts\`: ${quoted(codes)}`);
  return [
    '# Diagnoses',
    '',
    'Why requests fail: for each sentence an example (what is wrong; what is asked for), where the diagnosis points, what kind of fix it proposes, and what it says. Written by `libs/cluster/src/diagnosis-table.spec.ts` (`UPDATE_GOLDEN=1`), which runs every example. The part of a code before the dot is the diagnosis, the whole is its sentence.',
    '',
    ...rows.flatMap(section),
    '## Examples elsewhere',
    '',
    'These need more than one mistake and one request; the specs of `libs/cluster` have their examples.',
    '',
    ...others,
    '',
    `Some come only after a fix, or by chance: ${quoted(BY_CHANCE)}.`,
    '',
    `Last resorts, which say only where a packet stopped and which no known request needs: ${quoted(LAST_RESORTS)}. \`diagnosis/random.spec.ts\` fails when one is told.`,
    '',
  ].join('\n');
}
