import type { Container, EphemeralContainer, PodSpec } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { duplicate, fieldNotFound, forbidden } from '@podlab/apimachinery';
import { validateContainer } from './validation-container';

const LEFT_OUT = 'cannot be set for an Ephemeral Container';

/** What a workload needs and a debugger must not have. Models allowedEphemeralContainerFields, by what it leaves out. */
const FORBIDDEN_FIELDS = [
  'lifecycle',
  'livenessProbe',
  'ports',
  'readinessProbe',
  'resizePolicy',
  'resources',
  'restartPolicy',
  'restartPolicyRules',
  'startupProbe',
] as const satisfies readonly (keyof EphemeralContainer)[];

/** Models pkg/apis/core/validation validateEphemeralContainers. */
export function validateEphemeralContainers(
  { containers = [], initContainers = [], ephemeralContainers = [] }: PodSpec,
  volumes: ReadonlySet<string>,
  path: Path,
): FieldError[] {
  const targets = new Set([...containers, ...initContainers].map(({ name }) => name));
  const names = new Set(targets);
  return ephemeralContainers.flatMap((container, index) => {
    const at = path.index(index);
    const { name, targetContainerName: target } = container;
    const errors = validateContainer(container as Container, volumes, at);
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    names.add(name);
    if (target && !targets.has(target)) errors.push(fieldNotFound(at.child('targetContainerName'), target));
    return [...errors, ...validateFields(container, at)];
  });
}

function validateFields(container: EphemeralContainer, path: Path): FieldError[] {
  const set = FORBIDDEN_FIELDS.filter((field) => !isZero(container[field]));
  const mounts = container.volumeMounts ?? [];
  return [
    ...set.map((field) => forbidden(path.child(field), LEFT_OUT)),
    ...mounts.flatMap((mount, index) =>
      (['subPath', 'subPathExpr'] as const)
        .filter((field) => mount[field])
        .map((field) => forbidden(path.child('volumeMounts').index(index).child(field), LEFT_OUT)),
    ),
  ];
}

/** Whether a field is as if nobody had set it: absent, or a struct without fields. */
const isZero = (value: unknown): boolean =>
  value === undefined || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
