import type { Container, Pod } from '@podlab/api';
import type { ContainerEnvironment } from './pods/container-environment';

/** What a registry answers for an image. */
export type PullAnswer =
  | {
      readonly kind: 'Image';
      /** With registry and tag, as a container status names it. */
      readonly reference: string;
      /** `repository@sha256:…` */
      readonly id: string;
      /** What the image runs as: a uid, or a name that only its own files could resolve. */
      readonly user: number | string;
      /** What that is as a number. */
      readonly uid: number;
      readonly size_bytes: number;
      /** Virtual time of a first pull. */
      readonly pull_ms: number;
    }
  | {
      readonly kind: 'Failure';
      readonly reason: 'ErrImagePull' | 'InvalidImageName';
      readonly message: string;
    };

/** A container about to start. */
export interface ContainerStart {
  readonly pod: Pod;
  readonly container: Container;
  /** Counts the starts of this container in this pod, from 0. */
  readonly run: number;
  /** The network namespace of the pod's sandbox. */
  readonly namespace: string;
  readonly pod_ip: string;
  readonly environment: ContainerEnvironment;
  readonly resolv_conf: string;
  readonly hosts: string;
}

export interface ContainerExit {
  readonly pod_uid: string;
  readonly container: string;
  readonly run: number;
  readonly exit_code: number;
  /** Completed, Error, OOMKilled, StartError … */
  readonly reason?: string;
  readonly message?: string;
}

/**
 * The container runtime as the kubelet needs it (the CRI): the composition wires it to the simulated workloads.
 * Exits are told through the listener, at a later event, never inside start or stop.
 */
export interface ContainerRuntime {
  pull(image: string): PullAnswer;
  /** The answer is the runtime's message when the command cannot be executed. */
  startContainer(start: ContainerStart): { readonly error?: string };
  /** Writes the files of a pod's volumes that the API fills as they are now. */
  refreshVolumes(pod: Pod): void;
  /** Sends the signal to the container's main process. */
  stop(podUid: string, container: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** The pod is gone: its containers, files and logs with it. */
  remove(podUid: string): void;
  /** Runs a command to its end in one virtual instant. */
  exec(podUid: string, container: string, command: readonly string[]): { exit_code: number; output: string };
  /** A file of one run of a container, as long as the run is kept; undefined when it is not there. */
  readFile(podUid: string, container: string, run: number, path: string): string | undefined;
  /** The last lines that one run of a container wrote. */
  logTail(podUid: string, container: string, run: number, lines: number): string;
  onExit(listener: (exit: ContainerExit) => void): void;
  /** Something that a network probe of this pod may notice has changed (a socket opened or closed, a page changed). */
  onChange(listener: (podUid: string) => void): void;
}

/** How the kubelet's network probes leave the node; an error is Go's text of it. */
export interface ProbeNetwork {
  http(
    node: string,
    request: {
      ip: string;
      port: number;
      path: string;
      scheme: string;
      host?: string;
      headers: readonly { name: string; value: string }[];
      timeout_ms: number;
    },
  ): { status: number } | { error: string };
  tcp(node: string, ip: string, port: number, timeout_ms: number): { error?: string };
}
