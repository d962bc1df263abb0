import type { Diagnosis } from '@podlab/contracts';
import { diagnoseAddress } from './addresses';
import { toDiagnosis } from './finding';
import type { Failure, Finding } from './finding';
import { diagnoseName } from './names';
import { diagnosePod } from './pods';

/** Why a request failed and the smallest change that would make it work; every failure has an explanation. */
export function diagnose(failure: Failure): Diagnosis {
  return toDiagnosis(findCause(failure), failure.language);
}

function findCause(failure: Failure): Finding {
  const { name, outcome } = failure;
  if (!outcome)
    return name.address === undefined && failure.sender.namespace
      ? diagnoseName(failure)
      : senderIsNotUp(failure);
  if (outcome.end.code === 'AddressInUse' || outcome.end.code === 'AddressNotAvailable')
    return senderSocket(failure);
  const broken = brokenLink(failure);
  if (broken) return broken;
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

function senderSocket({ outcome, request }: Failure): Finding {
  const found = outcome?.end.code === 'AddressInUse' ? request.source_port : 'address';
  const fix = { action: 'Request', request: { source_port: null } } as const;
  return {
    code: 'SourcePortInUse',
    field: 'source_port',
    found,
    ...(outcome?.end.code === 'AddressInUse' && { fix }),
  };
}

const LINK_CODES: ReadonlySet<string> = new Set(['LinkDown', 'LinkLoss', 'NeighbourFailed']);

/** The network itself is broken: a link, or a node that does not answer. */
function brokenLink({ outcome, objects, name }: Failure): Finding | undefined {
  const { code, namespace, interface: link } = outcome?.end ?? { code: 'Accepted', namespace: '' };
  if (!LINK_CODES.has(code)) return undefined;
  const [here] = objects.nodes.list().filter((node) => `node/${node.metadata.name}` === namespace);
  const pod = objects.podAt(name.address ?? '');
  const away = objects.nodes.list().find((node) => {
    return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True');
  });
  if (code === 'NeighbourFailed' && !away) return undefined;
  const home = pod?.spec.nodeName === undefined ? undefined : objects.nodes.get(pod.spec.nodeName);
  const node = away ?? home ?? here;
  const params = { code, link: link ?? '' };
  if (!node) return { code: 'LinkBroken', found: code, params };
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
  return {
    code: 'NodeUnreachable',
    object: node,
    field: 'status.conditions',
    found: ready,
    expected: 'True',
    params,
  };
}

/** Somebody took the connection, but no good answer came. */
function answeredBadly({ outcome, target, objects }: Failure): Finding | undefined {
  if (!outcome?.peer) return undefined;
  const pod = objects.podByUid(outcome.peer.namespace.replace(/^pod\//, ''));
  const params = {
    port: outcome.peer.backend.port,
    backend: outcome.peer.backend.address,
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
      found: `-A ${rule.chain} ${rule.text}`,
      params: { ...params, chain: rule.chain },
    };
  return { code: 'Undelivered', found: code, params };
}
