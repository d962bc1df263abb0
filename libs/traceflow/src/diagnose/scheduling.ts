import type { Node, Pod } from '@podlab/api';
import { referenceTo } from '../cluster-objects';
import { nearest } from './near';
import type { Failure, Finding } from './finding';
import { pointerSegment, replaceField } from './finding';
import { changeTemplate } from './pod-template';

/** Why a pod has no node, in the scheduler's own words, and what would give it one. */
export function scheduling(pod: Pod, failure: Failure): Finding | undefined {
  if (pod.spec.nodeName) return missingNode(pod, failure);
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const reason = condition.message ?? condition.reason ?? 'Unschedulable';
  const finding = { code: 'PodNotScheduled', object: pod, field: 'spec.nodeName', params: { reason } };
  const narrowed =
    nodeSelector(pod, failure) ??
    (/Insufficient/.test(reason) ? requests(pod, failure) : undefined) ??
    (/free ports/.test(reason) ? hostPort(pod, failure) : undefined) ??
    (/node affinity/.test(reason) ? nodeAffinity(pod, failure) : undefined) ??
    (/were unschedulable/.test(reason) ? cordoned(failure) : undefined) ??
    (/untolerated taint/.test(reason) ? tainted(failure) : undefined);
  return { ...finding, ...narrowed };
}

type Narrowed = Pick<Finding, 'field'> & Partial<Finding>;

/** A pod that was bound by hand to a node that does not exist. */
function missingNode(pod: Pod, { objects }: Failure): Finding | undefined {
  const found = pod.spec.nodeName ?? '';
  if (objects.nodes.get(found)) return undefined;
  const names = objects.nodes.list().map(({ metadata }) => metadata.name);
  const near = nearest(found, names, (name) => name);
  const fix = changeTemplate(pod, objects, (spec) =>
    near === undefined
      ? { op: 'remove', path: `${spec}/nodeName` }
      : { op: 'replace', path: `${spec}/nodeName`, value: near },
  );
  const finding = { code: 'PodOnMissingNode', object: pod, field: 'spec.nodeName', found };
  return { ...finding, expected: near ?? names, ...(fix && { fix }) };
}

function nodeSelector(pod: Pod, { objects }: Failure): Narrowed | undefined {
  const missing = Object.entries(pod.spec.nodeSelector ?? {}).find(
    ([key, value]) => !objects.nodes.list().some(({ metadata }) => metadata.labels?.[key] === value),
  );
  if (!missing) return undefined;
  const fix = changeTemplate(pod, objects, (spec) => {
    return { op: 'remove', path: `${spec}/nodeSelector/${pointerSegment(missing[0])}` };
  });
  return { field: 'spec.nodeSelector', found: pod.spec.nodeSelector, ...(fix && { fix }) };
}

function requests(pod: Pod, { objects }: Failure): Narrowed | undefined {
  const greedy = pod.spec.containers.findIndex(({ resources }) => resources?.requests !== undefined);
  if (greedy < 0) return undefined;
  const fix = changeTemplate(pod, objects, (spec) => {
    return { op: 'remove', path: `${spec}/containers/${greedy}/resources/requests` };
  });
  const field = `spec.containers[${greedy}].resources.requests`;
  return { field, found: pod.spec.containers[greedy].resources?.requests, ...(fix && { fix }) };
}

/** Two pods of one node can't have the same host port. */
function hostPort(pod: Pod, { objects }: Failure): Narrowed | undefined {
  for (const [index, { ports = [] }] of pod.spec.containers.entries()) {
    const at = ports.findIndex(({ hostPort: port }) => port !== undefined);
    if (at < 0) continue;
    const fix = changeTemplate(pod, objects, (spec) => {
      return { op: 'remove', path: `${spec}/containers/${index}/ports/${at}/hostPort` };
    });
    const field = `spec.containers[${index}].ports[${at}].hostPort`;
    return { field, found: ports[at].hostPort, ...(fix && pod.spec.hostNetwork !== true && { fix }) };
  }
  return undefined;
}

function nodeAffinity(pod: Pod, { objects }: Failure): Narrowed | undefined {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return undefined;
  const name = 'requiredDuringSchedulingIgnoredDuringExecution';
  const fix = changeTemplate(pod, objects, (spec) => {
    return { op: 'remove', path: `${spec}/affinity/nodeAffinity/${name}` };
  });
  const field = `spec.affinity.nodeAffinity.${name}`;
  return { field, found: required.nodeSelectorTerms, ...(fix && { fix }) };
}

/** Nodes that `kubectl cordon` closed. */
function cordoned({ objects }: Failure): Narrowed | undefined {
  const node = objects.nodes.list().find(({ spec }) => spec?.unschedulable === true);
  if (!node) return undefined;
  const finding = { object: node, field: 'spec.unschedulable', found: true, expected: false };
  return { ...finding, fix: replaceField(node, '/spec/unschedulable', false) };
}

/** Taints that somebody set, not those by which a node says that it is not well. */
function tainted({ objects }: Failure): Narrowed | undefined {
  const own = ({ spec }: Node) => (spec?.taints ?? []).findIndex(({ key }) => !/kubernetes\.io\//.test(key));
  const node = objects.nodes.list().find((each) => own(each) >= 0);
  if (!node) return undefined;
  const index = own(node);
  const { key, value, effect } = (node.spec?.taints ?? [])[index];
  return {
    object: node,
    field: `spec.taints[${index}]`,
    found: `${key}${value ? `=${value}` : ''}:${effect}`,
    fix: {
      action: 'Patch',
      object: referenceTo(node),
      patch: [{ op: 'remove', path: `/spec/taints/${index}` }],
    },
  };
}
