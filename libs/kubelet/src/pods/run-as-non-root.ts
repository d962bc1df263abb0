import type { Container, Pod } from '@podlab/api';
import { ContainerConfigError } from './container-environment';

/**
 * Holds a container to `runAsNonRoot`: `imageUser` is the uid or the name that its image runs as.
 * Models pkg/kubelet/kuberuntime/security_context_others.go verifyRunAsNonRoot. Throws {@link ContainerConfigError}.
 */
export function verifyRunAsNonRoot(pod: Pod, container: Container, imageUser: number | string): void {
  const [own, shared] = [container.securityContext, pod.spec.securityContext];
  if (!(own?.runAsNonRoot ?? shared?.runAsNonRoot)) return;
  const user = own?.runAsUser ?? shared?.runAsUser;
  const problem = user === undefined ? imageProblem(imageUser) : user === 0 && BREAKS_POLICY;
  if (!problem) return;
  const { name, namespace, uid } = pod.metadata;
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`;
  throw new ContainerConfigError(`${problem} ${where}`);
}

const BREAKS_POLICY = "container's runAsUser breaks non-root policy";

function imageProblem(user: number | string): string | undefined {
  if (user === 0) return 'container has runAsNonRoot and image will run as root';
  if (typeof user === 'number') return undefined;
  return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root`;
}
