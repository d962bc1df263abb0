import type { Node, Pod } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { Fault } from '@podlab/contracts';
import { parseRfc3339 } from '@podlab/kernel';
import type { Failure, Finding, Fix } from './finding';

/** Codes of walks that ended where the network itself is broken. */
const BROKEN_CODES: ReadonlySet<string> = new Set(['LinkDown', 'LinkLoss', 'NeighbourFailed']);
const CUTTING_KINDS: ReadonlySet<string> = new Set(['NodeDown', 'LinkDown']);
/** Crossings of one link that an exchange over it needs at least: there and back for handshake and request. */
const CROSSINGS = 4;
const NAME_SERVER = ['k8s-app', 'kube-dns'] as const;

/** A link that a fault cut, or that loses or delays packets by one, where the request ended by that. */
export function faultOnTheWay(failure: Failure): Finding | undefined {
  const { outcome } = failure;
  const code = outcome?.end.code ?? '';
  if (BROKEN_CODES.has(code)) {
    const cut = likeliest(failure, ({ kind }) => CUTTING_KINDS.has(kind));
    const lossy = likeliest(failure, ({ kind }) => kind === 'PacketLoss');
    const fault = code === 'LinkLoss' ? (lossy ?? cut) : cut;
    return fault && brokenBy(fault, failure, code);
  }
  if (outcome?.disposition !== 'TimedOut') return undefined;
  const { timeout_ms } = failure.request;
  const slow = likeliest(
    failure,
    ({ kind, params }) => kind === 'LinkLatency' && Number(params['latency_ms']) * CROSSINGS >= timeout_ms,
  );
  if (slow) return slowedBy(slow, failure);
  const lossy =
    code === 'NoAnswer' || code === 'Accepted'
      ? likeliest(failure, ({ kind }) => kind === 'PacketLoss')
      : undefined;
  return lossy && brokenBy(lossy, failure, 'LinkLoss');
}

function brokenBy(fault: Fault, failure: Failure, code: string): Finding {
  const object = targetOf(fault, failure);
  const params = { fault: fault.id, kind: fault.kind, code, target: fault.target.name };
  const fix = without(fault);
  if (fault.target.kind === 'Node' && CUTTING_KINDS.has(fault.kind))
    return nodeUnreachable(object as Node | undefined, params, fix);
  const loss = fault.kind === 'PacketLoss';
  return {
    code: 'LinkBroken',
    message: loss ? 'LinkBroken.Loss' : 'LinkBroken.Fault',
    ...(object && { object }),
    found: loss ? fault.params['loss'] : code,
    expected: loss ? 0 : 'up',
    params,
    fix,
  };
}

function nodeUnreachable(node: Node | undefined, params: Finding['params'], fix?: Fix): Finding {
  return {
    code: 'NodeUnreachable',
    ...(fix && { message: 'NodeUnreachable.Fault', fix }),
    ...(node && { object: node, field: 'status.conditions', found: readiness(node) }),
    expected: 'True',
    params,
  };
}

function slowedBy(fault: Fault, failure: Failure): Finding {
  const object = targetOf(fault, failure);
  const { timeout_ms } = failure.request;
  const latency_ms = fault.params['latency_ms'] as number;
  return {
    code: 'LinkTooSlow',
    ...(object && { object }),
    found: latency_ms,
    params: { fault: fault.id, target: fault.target.name, latency_ms, timeout_ms },
    fix: without(fault),
  };
}

/** The finding with the fault that is behind it, where one is: then deleting that fault is the fix. */
export function blamingFault(finding: Finding, failure: Failure): Finding {
  if (finding.code === 'DnsUnavailable') return nameServerFault(finding, failure);
  const pod = finding.object?.kind === 'Pod' ? (finding.object as Pod) : undefined;
  if (!pod) return finding;
  const node = failure.objects.nodes.get(pod.spec.nodeName ?? '');
  if (node && readiness(node) !== 'True' && WAITING_CODES.has(finding.code)) {
    const fault = active(failure).find((each) => CUTTING_KINDS.has(each.kind) && isOn(each, node));
    const params = { code: `Ready ${readiness(node)}`, ...(fault && { fault: fault.id, kind: fault.kind }) };
    return nodeUnreachable(node, params, fault && without(fault));
  }
  return finding.code === 'PodTerminating' ? finding : podFault(pod, finding, failure);
}

/** Findings that say no more than that a pod is not ready, or not gone yet. */
const WAITING_CODES: ReadonlySet<string> = new Set([
  'PodStarting',
  'ReadinessProbeFailing',
  'ReadinessProbePending',
  'PodTerminating',
]);

function podFault(pod: Pod, finding: Finding, failure: Failure): Finding {
  const mine = active(failure).filter((fault) => isOn(fault, pod));
  const crash = mine.find(({ kind }) => kind === 'ContainerCrash');
  if (crash && finding.code !== 'ImagePullFailing') return withFault(crashing(pod, finding, crash), crash);
  const unready = mine.find(({ kind }) => kind === 'PodUnready');
  if (unready && WAITING_CODES.has(finding.code)) {
    const field = 'status.conditions';
    return withFault({ code: 'ReadinessProbeFailing', object: pod, field, expected: 'True' }, unready);
  }
  if (finding.code === 'ContainerCrashing') {
    const crashed = failure.dependencies.faults().filter((fault) => {
      return fault.kind === 'ContainerCrash' && isOn(fault, pod);
    });
    return afterFault(finding, crashed, failure);
  }
  if (finding.code !== 'ImagePullFailing') return finding;
  const pulls = failure.dependencies.faults().filter((fault) => keepsFromPulling(fault, pod, finding));
  const pull = pulls.find(({ state }) => state === 'Active');
  return pull ? withFault(finding, pull) : afterFault(finding, pulls, failure);
}

/**
 * The kubelet's longest wait before it tries again to pull an image or to start a container.
 * Models kubernetes pkg/kubelet/kubelet.go MaxCrashLoopBackOff and imageBackOffPeriod.
 */
const BACK_OFF_MS = 300_000;

/** What a fault broke stays so for a while when the fault is over. */
function afterFault(finding: Finding, faults: readonly Fault[], { dependencies }: Failure): Finding {
  const ended = Math.max(...faults.map(({ ended_at }) => parseRfc3339(ended_at ?? '') || 0));
  const left = ended + BACK_OFF_MS - dependencies.now();
  if (left <= 0) return finding;
  const fix = { action: 'Advance', ms: Math.ceil(left / 1000) * 1000 } as const;
  return { ...finding, message: `${finding.code}.BackOff`, fix };
}

function keepsFromPulling({ kind, target }: Fault, pod: Pod, { found }: Finding): boolean {
  if (kind !== 'ImagePullFailure') return false;
  return target.kind === 'Node' ? target.name === pod.spec.nodeName : isImage(String(found), target.name);
}

function crashing(pod: Pod, { code, params }: Finding, { params: fault }: Fault): Finding {
  const container = String(fault['container'] ?? pod.spec.containers[0].name);
  const field = 'status.containerStatuses';
  const known = code === 'ContainerCrashing' ? params : undefined;
  return {
    code: 'ContainerCrashing',
    object: pod,
    field,
    expected: 'Running',
    params: { container, ...known },
  };
}

const isImage = (image: string, name: string) =>
  image === name || image.startsWith(`${name}:`) || name.endsWith(`/${image}`);

function withFault(finding: Finding, fault: Fault): Finding {
  const params = { ...finding.params, fault: fault.id };
  return { ...finding, message: `${finding.code}.Fault`, params, fix: without(fault) };
}

/** Names are not resolved: something is wrong on the way to the name servers, or with them. */
function nameServerFault(finding: Finding, failure: Failure): Finding {
  // What is missing is missing, fault or not.
  if (finding.fix?.action === 'Create' || finding.fix?.action === 'Patch') return finding;
  const [label, value] = NAME_SERVER;
  const servers = failure.objects.pods.list('kube-system').filter((pod) => {
    return pod.metadata.labels?.[label] === value;
  });
  const about = [...servers, ...nodesOf(servers, failure), ...senders(failure)];
  const fault = active(failure).find((each) => about.some((object) => isOn(each, object)));
  return fault ? withFault({ ...finding, params: { ...finding.params, kind: fault.kind } }, fault) : finding;
}

const without = ({ id }: Fault): Fix => ({ action: 'DeleteFault', fault: id });

const active = ({ dependencies }: Failure): Fault[] =>
  dependencies.faults().filter(({ state }) => state === 'Active');

function isOn({ target }: Fault, { kind, metadata }: KubeObject): boolean {
  if (target.kind !== kind || target.name !== metadata.name) return false;
  return target.kind !== 'Pod' || target.namespace === metadata.namespace;
}

/** Of the active faults of a sort, the one on the sender, the destination or their nodes; behind a Service, any. */
function likeliest(failure: Failure, sort: (fault: Fault) => boolean): Fault | undefined {
  const faults = active(failure).filter(sort);
  if (faults.length === 0) return undefined;
  const pods = destinations(failure);
  const about = [...pods, ...nodesOf(pods, failure), ...senders(failure)];
  const node = failure.objects.nodeAt(failure.name.address ?? '');
  if (node) about.unshift(node);
  const near = about
    .map((object) => faults.find((fault) => isOn(fault, object)))
    .find((fault) => fault !== undefined);
  // Who asked for one pod or for nobody's address was not led past the fault of another.
  const address = failure.name.address ?? '';
  const led = failure.objects.servicesAt(address).length > 0 || failure.objects.nodeAt(address) !== undefined;
  return near ?? (led ? faults[0] : undefined);
}

function destinations({ outcome, name, objects }: Failure): Pod[] {
  const [, uid] = /^pod\/(.+)$/.exec(outcome?.peer?.namespace ?? outcome?.end.namespace ?? '') ?? [];
  const found = [uid === undefined ? undefined : objects.podByUid(uid), objects.podAt(name.address ?? '')];
  return found.filter((pod) => pod !== undefined);
}

function senders(failure: Failure): KubeObject[] {
  const { sender, objects } = failure;
  const node = sender.from.kind === 'Node' ? objects.nodes.get(sender.from.name) : undefined;
  const pods = sender.pod ? [sender.pod] : [];
  return [...pods, ...nodesOf(pods, failure), ...(node ? [node] : [])];
}

function nodesOf(pods: readonly Pod[], { objects }: Failure): Node[] {
  return pods.map(({ spec }) => objects.nodes.get(spec.nodeName ?? '')).filter((node) => node !== undefined);
}

function targetOf({ target }: Fault, { objects }: Failure): KubeObject | undefined {
  if (target.kind === 'Node') return objects.nodes.get(target.name);
  return target.kind === 'Pod' ? objects.pods.get(`${target.namespace}/${target.name}`) : undefined;
}

function readiness({ status }: Node): string {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
}
