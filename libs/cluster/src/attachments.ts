import type { Container, Pod } from '@podlab/api';
import { newBadRequest, newNotFound } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';
import type { OpenInput, Workloads } from '@podlab/workloads';
import type { SimulatedRuntime } from './container-runtime';

/** A running container that somebody may attach to. */
export interface AttachedContainer {
  /** The run of the container, as the workloads call it. */
  readonly id: string;
  /** Absent: its main process reads nothing. */
  readonly input?: OpenInput;
  /** Its input ends with the first session. */
  readonly once: boolean;
}

interface AttachmentParts {
  readonly workloads: Workloads;
  readonly runtime: SimulatedRuntime;
  readonly pods: Informer<Pod>;
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** Finds a container of a pod for whoever wants to run or watch something in it. */
export class PodContainers {
  constructor(private readonly parts: AttachmentParts) {}

  /**
   * `purpose` is what a pod that has ended refuses. Throws StatusError.
   * Models pkg/registry/core/pod/strategy.go ExecLocation and validateContainer, and kubectl's pkg/cmd/exec and attach.
   */
  find(
    namespace: string,
    name: string,
    wanted: string | undefined,
    purpose: 'exec into' | 'attach' = 'exec into',
  ): { id: string; container: Container } {
    const { pods, runtime } = this.parts;
    const pod = pods.get(`${namespace}/${name}`);
    if (!pod) throw newNotFound('pods', name);
    const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
    const asked = wanted ?? pod.metadata.annotations?.[DEFAULT_CONTAINER] ?? containers[0].name;
    const all = [...containers, ...initContainers, ...(ephemeralContainers as Container[])];
    const container = all.find((each) => each.name === asked);
    if (!container) throw newBadRequest(`container ${asked} is not valid for pod ${name}`);
    if (!pod.spec.nodeName) throw newBadRequest(`pod ${name} does not have a host assigned`);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw newBadRequest(`cannot ${purpose} a container in a completed pod; current phase is ${phase}`);
    const id = runtime.containerId(pod.metadata.uid as string, asked);
    if (id === undefined || !runtime.isRunning(id))
      throw newBadRequest(`unable to upgrade connection: container not found ("${asked}")`);
    return { id, container };
  }

  /** Throws StatusError. */
  attach(namespace: string, name: string, wanted: string | undefined): AttachedContainer {
    const { id, container } = this.find(namespace, name, wanted, 'attach');
    const input = this.parts.workloads.containerStart(id)?.stdin;
    return { id, once: container.stdinOnce ?? false, ...(input && { input }) };
  }
}
