import type { Container } from '@podlab/api';
import type { ContainerExit, ContainerRuntime } from '../runtime';

/** Models pkg/kubelet/container MaxContainerTerminationMessageLength, …LogLength and …LogLines. */
const MESSAGE_CHARACTERS = 4096;
const LOG_CHARACTERS = 2048;
const LOG_LINES = 80;

/**
 * What a container that ended leaves to be read in its status: the end of its termination log, or where that is empty
 * and the policy says so, the end of its log. Models pkg/kubelet/kuberuntime getTerminationMessage.
 */
export function terminationMessage(
  runtime: ContainerRuntime,
  container: Container,
  { pod_uid, run, exit_code }: ContainerExit,
): string | undefined {
  const path = container.terminationMessagePath;
  if (!path) return undefined;
  const own = runtime.readFile(pod_uid, container.name, run, path)?.slice(-MESSAGE_CHARACTERS);
  if (own) return own;
  const fallsBack = container.terminationMessagePolicy === 'FallbackToLogsOnError' && exit_code !== 0;
  if (!fallsBack) return undefined;
  return runtime.logTail(pod_uid, container.name, run, LOG_LINES).slice(-LOG_CHARACTERS) || undefined;
}
