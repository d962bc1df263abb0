import type { Node } from '@podlab/api';
import type { Diagnosis } from '@podlab/contracts';
import { isNftRule } from '../rule-meaning';
import { diagnoseAddress } from './addresses';
import { isLoopbackText, wrongFamily } from './families';
import { blamingFault, faultOnTheWay } from './faults';
import { changeRequest, toDiagnosis } from './finding';
import type { Failure, Finding } from './finding';
import { keptConnectionOver } from './kept';
import { bracketed } from '../send/target';
import { diagnoseIngressAnswer } from './ingress';
import { diagnoseName } from './names';
import { diagnosePod } from './pods';
import { deniedByPolicy, dnsDeniedByPolicy } from './policies';

/** Why a request failed and the smallest change that would make it work; every failure has an explanation. */
export function diagnose(failure: Failure): Diagnosis {
  return toDiagnosis(blamingFault(findCause(failure), failure), failure.language);
}

/** Why an ingress controller answered with an error; undefined where the application itself did. */
export function diagnoseAnswer(failure: Failure): Diagnosis | undefined {
  const finding = diagnoseIngressAnswer(failure);
  return finding && toDiagnosis(blamingFault(finding, failure), failure.language);
}

function findCause(failure: Failure): Finding {
  const { name, outcome } = failure;
  if (!outcome)
    return name.address === undefined && failure.sender.namespace
      ? (dnsDeniedByPolicy(failure) ?? diagnoseName(failure, findCause))
      : senderIsNotUp(failure);
  const family = wrongFamily(failure);
  if (family) return family;
  if (outcome.end.code === 'AddressInUse' || outcome.end.code === 'AddressNotAvailable')
    return senderSocket(failure);
  const loopback = loopbackSource(failure);
  if (loopback) return loopback;
  const broken = deniedByPolicy(failure) ?? faultOnTheWay(failure) ?? brokenLink(failure);
  if (broken) return broken;
  const full = conntrackFull(failure);
  if (full) return full;
  const over = keptConnectionOver(failure);
  if (over) return over;
  return answeredBadly(failure) ?? diagnoseAddress(name.address as string, failure) ?? byWalk(failure);
}

/** A pod without a sandbox, or a node that is not there yet, can't send. */
function senderIsNotUp(failure: Failure): Finding {
  const { pod, from } = failure.sender;
  const cause = pod && diagnosePod(pod, failure);
  if (cause)
    return {
      ...cause,
      message: 'SenderNotRunning',
      code: 'SenderNotRunning',
      params: { reason: cause.code },
    };
  const params = { reason: from.kind };
  return {
    code: 'SenderNotRunning',
    ...(pod && { object: pod, field: 'status.phase', found: pod.status?.phase }),
    params,
  };
}

/** Flows are forgotten when their time-outs pass: those of connections that ended after two minutes. */
const FORGETTING_MS = 120_000;

/** A node that tracks as many flows as it may drops the first packet of any further one. */
function conntrackFull({ outcome, objects }: Failure): Finding | undefined {
  const { code, namespace = '' } = outcome?.end ?? {};
  if (code !== 'ConntrackFull') return undefined;
  const node = objects.nodes.get(namespace.replace(/^node\//, ''));
  const finding = { code, field: 'net.netfilter.nf_conntrack_max', params: { namespace } };
  return { ...finding, ...(node && { object: node }), fix: { action: 'Advance', ms: FORGETTING_MS } };
}

/** The address or the port that a request insists on is not the sender's to use, or none is left. */
function senderSocket({ outcome, request }: Failure): Finding {
  const code = 'SourcePortInUse';
  const { from, source_port } = request;
  if (outcome?.end.code === 'AddressNotAvailable') {
    const { ip: found, ...rest } = from as { ip?: string };
    const fix = changeRequest({ from: rest as typeof from });
    const finding = { code, message: `${code}.Address`, field: 'from.ip', found };
    return found === undefined ? finding : { ...finding, fix };
  }
  if (source_port === undefined)
    return {
      code,
      message: `${code}.NoneLeft`,
      field: 'source_port',
      fix: { action: 'Advance', ms: FORGETTING_MS },
    };
  const fix = changeRequest({ source_port: (source_port % 65_535) + 1 });
  return { code, field: 'source_port', found: source_port, fix };
}

/** A process that speaks from a loopback address can't be answered from elsewhere. */
function loopbackSource({ sender, outcome, name, request }: Failure): Finding | undefined {
  const found = sender.source_address;
  if (!found || !isLoopbackText(found) || isLoopbackText(name.address ?? '')) return undefined;
  if (outcome?.disposition !== 'TimedOut' && outcome?.disposition !== 'NoRoute') return undefined;
  const { from } = request;
  const fix = from.kind === 'Node' ? changeRequest({ from: { kind: 'Node', name: from.name } }) : undefined;
  return {
    code: 'LoopbackSource',
    field: 'from.ip',
    found,
    params: { address: name.address ?? '' },
    ...(fix && { fix }),
  };
}

/** The interface by which a node stands on the nodes' network. */
const NODE_INTERFACE = 'eth0';
const LINK_CODES: ReadonlySet<string> = new Set(['LinkDown', 'LinkLoss', 'NeighbourFailed']);

/** The network itself is broken: a link, or a node that does not answer. */
function brokenLink(failure: Failure): Finding | undefined {
  const { outcome, dependencies } = failure;
  const { code, namespace, interface: link } = outcome?.end ?? { code: 'Accepted', namespace: '' };
  if (!LINK_CODES.has(code)) return undefined;
  const params = { code, link: link ?? '' };
  const nodes = failure.objects.nodes.list();
  const cut = nodes.filter(({ metadata }) => {
    return dependencies.network.interface(`node/${metadata.name}`, NODE_INTERFACE)?.up === false;
  });
  const silent = nodes.filter((node) => readyStatus(node) !== 'True');
  const node = likeliest([...cut, ...silent], failure);
  if (node) {
    const found = readyStatus(node);
    return {
      code: 'NodeUnreachable',
      object: node,
      field: 'status.conditions',
      found,
      expected: 'True',
      params,
    };
  }
  if (code === 'NeighbourFailed') return undefined;
  const here = nodes.find(({ metadata }) => `node/${metadata.name}` === namespace);
  return { code: 'LinkBroken', found: code, params, ...(here && { object: here }) };
}

/** Of the nodes that are away, the one that the request was for: by its own address or by its pod's. */
function likeliest(away: readonly Node[], { objects, name }: Failure): Node | undefined {
  const wanted = objects.nodeAt(name.address ?? '') ?? objects.podAt(name.address ?? '')?.spec.nodeName;
  const wantedName = typeof wanted === 'object' ? wanted.metadata.name : wanted;
  const near = away.find(({ metadata }) => metadata.name === wantedName);
  // Who asked for one pod or for nobody's address was not led past another node.
  const led = wanted !== undefined || objects.servicesAt(name.address ?? '').length > 0;
  return near ?? (led ? away[0] : undefined);
}

function readyStatus({ status }: Node): string {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
}

/** Somebody took the connection, but no good answer came. */
function answeredBadly({ outcome, target, objects }: Failure): Finding | undefined {
  if (!outcome?.peer) return undefined;
  const pod = objects.podByUid(outcome.peer.namespace.replace(/^pod\//, ''));
  const params = {
    port: outcome.peer.backend.port,
    backend: bracketed(outcome.peer.backend.address),
    protocol: target.protocol,
  };
  const code =
    outcome.disposition === 'Reset' ? 'ConnectionReset' : outcome.end.returning ? undefined : 'NoAnswer';
  if (code === undefined) return undefined;
  return { code, object: pod, field: 'spec.containers', found: outcome.disposition, params };
}

/** What the walk itself says, where no object explains it. */
function byWalk({ outcome, name }: Failure): Finding {
  const { code, rule, namespace } = outcome?.end ?? { code: 'NoRoute', namespace: '' };
  const params = { address: name.address ?? '', namespace, code };
  if (rule)
    return {
      code: 'DroppedByRule',
      found: isNftRule(rule) ? `${rule.chain}: ${rule.text}` : rule.text,
      params: { ...params, chain: rule.chain },
    };
  return { code: 'Undelivered', found: code, params };
}
