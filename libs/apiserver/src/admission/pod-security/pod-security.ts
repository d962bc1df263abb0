import type { Namespace, Pod, PodSpec } from '@podlab/api';
import {
  invalid,
  newForbidden,
  newInvalid,
  Path,
  type FieldError,
  type KubeObject,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { groupResourceOf } from '../../registry/strategy-index';
import type { AdmissionPlugin, AdmissionRequest } from '../admission';
import { BASELINE, RESTRICTED, type Check } from './checks';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS: Readonly<Record<string, readonly Check[]>> = {
  privileged: [],
  baseline: BASELINE,
  restricted: RESTRICTED,
};
const VERSION = /^(latest|v1\.(0|[1-9][0-9]*))$/;

/** Holds pods to the standard that their namespace's labels name. Models k8s.io/pod-security-admission admission. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(request) {
    if (request.operation === 'DELETE') return;
    if (groupResourceOf(request.strategy) === 'namespaces') return judgeLabels(request);
    if (!request.strategy.namespaced || !judged(request.subresource)) return;
    const spec = podSpecOf(request.object as KubeObject);
    const labels = spec && labelsOf(request);
    if (!labels) return;
    const isPod = request.strategy.kind === 'Pod';
    if (isPod && request.previous && equalJson(spec, (request.previous as Pod).spec)) return;
    if (isPod) enforce(request, spec, labels);
    const warned = violations(spec, labels, 'warn');
    if (warned) request.warn(`would violate PodSecurity ${warned}`);
  },
};

/** What changes a pod's containers. Models EvaluatePod, which leaves out every other subresource. */
const judged = (subresource = '') => subresource === '' || subresource === 'ephemeralcontainers';

type Labels = Readonly<Record<string, string>>;

function labelsOf({ context, namespace }: AdmissionRequest): Labels | undefined {
  const labels = (context.get('namespaces', namespace) as Namespace | undefined)?.metadata.labels;
  return labels && Object.keys(labels).some((each) => each.startsWith(PREFIX)) ? labels : undefined;
}

/** The pod that an object is or makes. Models DefaultPodSpecExtractor. */
function podSpecOf(object: KubeObject): PodSpec | undefined {
  const { spec = {} } = object as { spec?: Record<string, unknown> };
  if (object.kind === 'Pod') return spec as unknown as PodSpec;
  const holder =
    object.kind === 'CronJob' ? (spec.jobTemplate as { spec?: typeof spec } | undefined)?.spec : spec;
  return (holder?.template as { spec?: PodSpec } | undefined)?.spec;
}

function enforce(request: AdmissionRequest, spec: PodSpec, labels: Labels): void {
  const found = violations(spec, labels, 'enforce');
  if (found) throw newForbidden('pods', request.name, `violates PodSecurity ${found}`);
}

/** `"baseline:latest": host namespaces (hostNetwork=true), …`, or nothing. */
function violations(spec: PodSpec, labels: Labels, mode: string): string | undefined {
  const level = labels[PREFIX + mode] ?? 'privileged';
  const checks = LEVELS[level] ?? RESTRICTED;
  const found = checks.map((check) => check(spec)).filter((each) => each !== undefined);
  if (found.length === 0) return undefined;
  const version = labels[`${PREFIX}${mode}-version`] ?? 'latest';
  return `"${level}:${version}": ${found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')}`;
}

/** Models ValidateNamespace: labels that name no level or version are refused. */
function judgeLabels({ object, previous, strategy, name }: AdmissionRequest): void {
  const { labels = {} } = (object as Namespace).metadata;
  const errors: FieldError[] = [];
  for (const mode of ['enforce', 'audit', 'warn']) {
    const path = Path.of('metadata', 'labels');
    const level = labels[PREFIX + mode];
    if (level !== undefined && !Object.hasOwn(LEVELS, level))
      errors.push(invalid(path.key(PREFIX + mode), level, 'must be one of privileged, baseline, restricted'));
    const key = `${PREFIX}${mode}-version`;
    const version = labels[key];
    if (version !== undefined && !VERSION.test(version))
      errors.push(invalid(path.key(key), version, 'must be "latest" or "v1.x"'));
  }
  const { labels: before = {} } = previous?.metadata ?? {};
  const fresh = errors.length > 0 && !equalJson(labels, before);
  if (fresh) throw newInvalid(strategy.kind, name, errors);
}
