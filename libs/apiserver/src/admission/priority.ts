import type { Pod, PriorityClass } from '@podlab/api';
import { newForbidden } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin, AdmissionRequest } from './admission';

const CLASSES = 'priorityclasses.scheduling.k8s.io';

/** The classes of every cluster. Models pkg/apis/scheduling SystemPriorityClasses. */
export const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

interface Priority {
  readonly name: string;
  readonly value: number;
  readonly policy: string;
}

/** Resolves priorityClassName to a number. Models plugin/pkg/admission/priority. */
export const priorityAdmission: AdmissionPlugin = {
  name: 'Priority',
  admit(request) {
    if (request.operation !== 'CREATE' || groupResourceOf(request.strategy) !== 'pods') return;
    const { spec } = request.object as Pod;
    const { name, value, policy } = priorityOf(request, spec.priorityClassName);
    if (spec.priority !== undefined && spec.priority !== value)
      refuse(
        request,
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
      );
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
      refuse(
        request,
        `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
      );
    if (name) spec.priorityClassName = name;
    spec.priority = value;
    spec.preemptionPolicy = policy;
  },
  validate(request) {
    if (groupResourceOf(request.strategy) !== CLASSES || request.operation === 'DELETE') return;
    const { globalDefault, metadata } = request.object as PriorityClass;
    const current = globalDefault ? defaultClass(request) : undefined;
    if (!current || current.metadata.name === metadata.name) return;
    const reason = `PriorityClass ${current.metadata.name} is already marked as default. Only one default can exist`;
    throw newForbidden(CLASSES, metadata.name, reason);
  },
};

function priorityOf(request: AdmissionRequest, wanted: string | undefined): Priority {
  const system = wanted === undefined ? undefined : SYSTEM_PRIORITIES[wanted];
  if (wanted && system !== undefined) return { name: wanted, value: system, policy: 'PreemptLowerPriority' };
  const found = wanted ? storedClass(request, wanted) : defaultClass(request);
  if (!found) return { name: '', value: 0, policy: 'PreemptLowerPriority' };
  const { metadata, value = 0, preemptionPolicy = 'PreemptLowerPriority' } = found;
  return { name: metadata.name, value, policy: preemptionPolicy };
}

function storedClass(request: AdmissionRequest, name: string): PriorityClass {
  const found = request.context.get(CLASSES, name) as PriorityClass | undefined;
  return found ?? refuse(request, `no PriorityClass with name ${name} was found`);
}

/** The least of those that are marked. Models getDefaultPriorityClass. */
function defaultClass({ context }: AdmissionRequest): PriorityClass | undefined {
  const marked = (context.list(CLASSES) as readonly PriorityClass[]).filter((each) => each.globalDefault);
  return marked.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}

function refuse({ name }: AdmissionRequest, reason: string): never {
  throw newForbidden('pods', name, reason);
}
