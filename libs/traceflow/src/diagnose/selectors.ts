import type { Deployment, Pod, Service } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { ClusterObjects } from '../cluster-objects';
import { matchesLabels } from '../cluster-objects';
import type { Failure, Finding, Fix } from './finding';
import { nameOf, pointerSegment, replaceField } from './finding';
import { distance, nearest } from './near';

/** What it costs to take quite another value: more than any slip of the pen. */
const OTHER_COST = 10;
/** Virtual time in which pods that can be made are made. */
const MAKING_MS = 10_000;

/** Why a selector picks no pod. */
export function selectorMatchesNobody(
  service: Service,
  selector: Readonly<Record<string, string>>,
  failure: Failure,
): Finding {
  const { objects } = failure;
  const { namespace } = service.metadata;
  const deployments = objects.deployments.list(namespace);
  const idle = deployments.find(({ spec }) => {
    return spec.replicas === 0 && matchesLabels(selector, spec.template.metadata?.labels ?? {});
  });
  if (idle) {
    const finding = { code: 'NoReplicas', object: idle, field: 'spec.replicas', found: 0, expected: 1 };
    return { ...finding, fix: replaceField(idle, '/spec/replicas', 1) };
  }
  const waiting = deployments.find(({ spec }) =>
    matchesLabels(selector, spec.template.metadata?.labels ?? {}),
  );
  if (waiting) return podsNotMade(waiting, objects);
  const near = nearLabels(service, selector, objects.pods.list(namespace), deployments);
  const finding = { code: 'SelectorMatchesNoPod', object: service, field: 'spec.selector', found: selector };
  if (!near) return { ...finding, message: 'SelectorMatchesNoPod.NothingNear' };
  return { ...finding, expected: near.selector, fix: near.fix, params: { near: nameOf(near.object) } };
}

interface NearLabels {
  readonly object: KubeObject;
  readonly selector: Record<string, string>;
  readonly fix: Fix;
}

/** The pod (or pod template) whose labels the selector was probably meant for, and the selector that picks it. */
function nearLabels(
  service: Service,
  selector: Readonly<Record<string, string>>,
  pods: readonly Pod[],
  deployments: readonly Deployment[],
): NearLabels | undefined {
  const candidates: { object: KubeObject; labels: Readonly<Record<string, string>> }[] = [
    ...deployments.map((object) => ({ object, labels: object.spec.template.metadata?.labels ?? {} })),
    ...pods.map((object) => ({ object, labels: object.metadata.labels ?? {} })),
  ];
  let best: { cost: number; object: KubeObject; patched: Record<string, string> } | undefined;
  for (const { object, labels } of candidates) {
    const near = patchedSelector(selector, labels) ?? shortenedSelector(selector, labels);
    const sameName = object.metadata.name === service.metadata.name;
    if (!near || (near.cost >= OTHER_COST && !sameName)) continue;
    const cost = near.cost - (sameName ? 1 : 0);
    if (!best || cost < best.cost) best = { cost, object, patched: near.selector };
  }
  if (!best) return undefined;
  return { object: best.object, selector: best.patched, fix: selectorPatch(service, selector, best.patched) };
}

/** The selector with each value (or key) that does not fit replaced by the nearest of the labels. */
export function patchedSelector(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): { cost: number; selector: Record<string, string> } | undefined {
  const patched: Record<string, string> = {};
  let cost = 0;
  for (const [key, value] of Object.entries(selector)) {
    if (labels[key] === value) {
      patched[key] = value;
      continue;
    }
    const byKey = labels[key];
    const [otherKey, otherValue] = Object.entries(labels).find((pair) => pair[1] === value) ?? [];
    if (byKey !== undefined && isNear(value, byKey)) {
      patched[key] = byKey;
      cost += distance(value, byKey);
    } else if (otherKey !== undefined && otherValue !== undefined) {
      patched[otherKey] = otherValue;
      cost += 1 + distance(key, otherKey);
    } else if (byKey !== undefined) {
      patched[key] = byKey;
      cost += OTHER_COST;
    } else {
      return undefined;
    }
  }
  return { cost, selector: patched };
}

/** The selector without the labels that are not there at all, as long as one that fits, or nearly, remains. */
function shortenedSelector(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): { cost: number; selector: Record<string, string> } | undefined {
  const kept = Object.entries(selector).filter(([key]) => labels[key] !== undefined);
  if (!kept.some(([key, value]) => isNear(value, labels[key]))) return undefined;
  const near = patchedSelector(Object.fromEntries(kept), labels);
  return near && { ...near, cost: near.cost + 3 * (Object.keys(selector).length - kept.length) };
}

/** A Deployment that ought to have made pods: something forbids it, or it is about to. */
function podsNotMade(deployment: Deployment, objects: ClusterObjects): Finding {
  const finding = { code: 'PodsNotCreated', object: deployment, field: 'status.conditions' };
  if (deployment.spec.paused === true) {
    const fix = replaceField(deployment, '/spec/paused', false);
    return {
      ...finding,
      message: 'PodsNotCreated.Paused',
      field: 'spec.paused',
      found: true,
      expected: false,
      fix,
    };
  }
  const failure = deployment.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (!failure) {
    return { ...finding, message: 'PodsNotCreated.Yet', fix: { action: 'Advance', ms: MAKING_MS } };
  }
  const reason = failure.message ?? failure.reason ?? '';
  const params = { reason };
  const account = deployment.spec.template.spec?.serviceAccountName;
  if (account === undefined || !reason.includes(`serviceaccount "${account}" not found`))
    return { ...finding, found: failure.reason, params };
  const { namespace } = deployment.metadata;
  const names = objects.serviceAccounts.list(namespace).map(({ metadata }) => metadata.name);
  const expected = nearest(account, names, (name) => name) ?? 'default';
  const field = 'spec.template.spec.serviceAccountName';
  const fix = replaceField(deployment, '/spec/template/spec/serviceAccountName', expected);
  return { ...finding, field, found: account, expected, params, fix };
}

function isNear(one: string, other: string): boolean {
  return nearest(one, [other], (text) => text) !== undefined;
}

function selectorPatch(
  service: Service,
  selector: Readonly<Record<string, string>>,
  patched: Readonly<Record<string, string>>,
): Fix {
  const sameKeys = Object.keys(patched).every((key) => key in selector);
  const changed = Object.keys(patched).filter((key) => patched[key] !== selector[key]);
  if (!sameKeys || changed.length !== 1) return replaceField(service, '/spec/selector', patched);
  return replaceField(service, `/spec/selector/${pointerSegment(changed[0])}`, patched[changed[0]]);
}
