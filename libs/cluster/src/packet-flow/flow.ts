import type { Request, SendRequestBody, Step } from '@podlab/contracts';
import type { Cluster } from '../cluster';
import { sendMany } from '../test-support';
import { CLUSTER_IP, EXTERNAL_IP, HEALTH_PORT, LOAD_BALANCER_IP, NODE_PORT } from './apply';
import { inFamily } from './family';
import { NAMESPACE, type Topology } from './topology';

/** Connections that a row makes: enough to meet each of several backends, and to meet another one where one is expected. */
const CONNECTIONS = { several: 20, one: 8 };

/** Sends what a row says and tells what came of it, in the words of a row. */
export function flowOf(
  cluster: Cluster,
  topology: Topology,
  [from, to]: readonly [string, string],
  expected = 'several backends',
): string {
  const [protocol, target] = parseTarget(to, topology);
  const body = protocol === 'UDP' || protocol === 'SCTP' ? 'hostname' : '';
  const several = expected.includes(';') || /^\S+ [^|]/.test(expected);
  const count = several ? CONNECTIONS.several : CONNECTIONS.one;
  const { requests } = sendMany(cluster, parseSource(from, topology), target, { body, count });
  return tell(requests, topology);
}

/** Reads `outside 192.0.2.200 via node-b` and the like. */
export function parseSource(text: string, { family }: Topology): SendRequestBody['from'] {
  const [who, ...rest] = inFamily(text, family).split(' ');
  const at = rest.indexOf('via');
  const ip = rest.length > 0 && at !== 0 ? { ip: rest[0] } : {};
  if (who === 'outside') return { kind: 'External', ...ip, ...(at >= 0 && { via: rest[at + 1] }) };
  if (who.startsWith('node-')) return { kind: 'Node', name: who, ...ip };
  return { kind: 'Pod', namespace: NAMESPACE, name: who };
}

export function parseTarget(text: string, { addresses, family }: Topology): [string, SendRequestBody['to']] {
  const words = text.split(' ');
  const protocol = words.length > 1 ? words[0].toUpperCase() : 'HTTP';
  const [name, portText = ''] = words[words.length - 1].split(':');
  const host = { clusterIP: CLUSTER_IP, loadBalancer: LOAD_BALANCER_IP, externalIP: EXTERNAL_IP }[name];
  const address = addresses.get(name) ?? inFamily(host ?? name, family);
  if (protocol === 'PING') return ['ICMP', { host: address, protocol: 'ICMP' }];
  const port = { nodePort: NODE_PORT, health: HEALTH_PORT }[portText] ?? Number(portText);
  if (protocol === 'HTTP')
    return ['TCP', `http://${address.includes(':') ? `[${address}]` : address}:${port}/hostname`];
  return [protocol, { host: address, port, protocol: protocol as 'TCP' | 'UDP' | 'SCTP' }];
}

/** Groups of connections that differ in nothing but their backend. */
function tell(requests: readonly Request[], topology: Topology): string {
  const groups = new Map<string, Set<string>>();
  const rules = new Map<string, string>();
  for (const request of requests) {
    if (request.trace) rules.set(wayOf(request), rulesMet(request));
  }
  for (const request of requests) {
    const { disposition, backend, source_seen_by_backend: seen } = request;
    const met = rules.get(wayOf(request)) ?? '';
    const name = disposition === 'Delivered' && backend ? backendName(request, topology) : disposition;
    const group = seen === undefined ? met : `${topology.names.get(seen) ?? seen} | ${met}`;
    const names = groups.get(group) ?? new Set();
    groups.set(group, names.add(name));
  }
  const texts = [...groups].map(([rest, names]) => `${[...names].sort().join(' ')} | ${rest}`);
  return texts.sort().join('; ');
}

const wayOf = ({ disposition, backend, source_seen_by_backend: seen }: Request) =>
  `${disposition} ${backend} ${seen}`;

/** A pod by its name, a process on a node or outside with its port; a server that answers that it can't, with its status. */
function backendName({ backend = '', response }: Request, { names }: Topology): string {
  const [address, port] = splitBackend(backend);
  const name = names.get(address);
  const isPod = name !== undefined && !/^(node|external)-/.test(name);
  const status = (response?.status ?? 200) >= 500 ? `(${response?.status})` : '';
  return `${isPod ? name : `${name ?? address}:${port}`}${status}`;
}

function splitBackend(backend: string): [address: string, port: string] {
  const at = backend.lastIndexOf(':');
  return [backend.slice(0, at).replace(/[[\]]/g, ''), backend.slice(at + 1)];
}

const VERDICTS = ['MARK', 'DNAT', 'MASQUERADE', 'REJECT', 'DROP'];

/** The rules that decided over the request, in the order in which it met them. */
function rulesMet({ trace }: Request): string {
  const steps = (trace?.hops ?? []).filter((hop) => hop.direction === 'request').flatMap((hop) => hop.steps);
  const words = steps.flatMap(wordOf);
  return [...new Set(words)].join(' ') || 'none';
}

function wordOf({ rule, message }: Step): string[] {
  const verdict = message.code.slice(message.code.indexOf('.') + 1);
  const isUnmark = rule?.chain === 'KUBE-POSTROUTING' && verdict === 'MARK';
  if (!rule || !VERDICTS.includes(verdict) || isUnmark) return [];
  if (rule.chain.startsWith('FLANNEL')) return ['flannel'];
  if (rule.chain.startsWith('CNI')) return [`hostport`];
  return [verdict.toLowerCase()];
}

/** Whether what came is what a row expects; `one of a1 b1` stands for any one of them. */
export function fits(actual: string, expected: string): boolean {
  const match = /^one of ([^|]*) \|(.*)$/.exec(expected);
  if (!match) return actual === expected;
  return match[1].split(' ').some((name) => actual === `${name} |${match[2]}`);
}
