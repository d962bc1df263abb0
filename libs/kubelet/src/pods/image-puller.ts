import type { Container, Pod } from '@podlab/api';
import type { KubeletCore } from './kubelet-core';
import type { PullAnswer } from '../runtime';
import { brokenPull } from './injected-faults';
import type { ContainerRecord, PodRecord } from './pod-record';

/** First delay after a failed pull, in ms; it doubles to the longest. Models pkg/kubelet MaxImageBackOff. */
const PULL_BACKOFF_MS = 10_000;
const PULL_BACKOFF_MAX_MS = 300_000;
/** What no pull can help (a bad name, the policy Never) is looked at again with the syncs of its pod, in ms. */
const LOOK_AGAIN_MS = 12_000;
/** How long a registry takes to say no, and to say that what is there is still the newest, in ms. */
const REFUSAL_MS = 900;
const RECHECK_MS = 450;

/** Brings images to nodes, one at a time a node. Models pkg/kubelet/images imageManager. */
export class ImagePuller {
  constructor(private readonly core: KubeletCore) {}

  /** True when the container can be created now; else an entry `pulled` or `retry-pull` will come. */
  ensure(pod: Pod, record: PodRecord, container: Container, own: ContainerRecord): boolean {
    const { state, context, options } = this.core;
    const answer = options.runtime.pull(container.image ?? '');
    const present = state.images.get(record.node)?.has(answer.kind === 'Image' ? answer.id : '') ?? false;
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (answer.kind === 'Image' && present && policy !== 'Always') {
      this.use(own, answer.reference, answer.id);
      const message = `Container image "${container.image}" already present on machine and can be accessed by the pod`;
      this.core.event(pod, 'Normal', 'Pulled', message, container);
      return true;
    }
    if (policy === 'Never') {
      this.lookAgain(record, container);
      if (own.reason === 'ErrImageNeverPull') return false;
      own.reason = 'ErrImageNeverPull';
      own.message = `Container image "${container.image}" is not present with pull policy of Never`;
      this.core.event(pod, 'Warning', 'ErrImageNeverPull', own.message, container);
      this.core.event(pod, 'Warning', 'Failed', 'Error: ErrImageNeverPull', container);
      return false;
    }
    if (own.reason === 'InvalidImageName' && isInvalidName(answer)) {
      this.lookAgain(record, container);
      return false;
    }
    this.core.event(pod, 'Normal', 'Pulling', `Pulling image "${container.image}"`, container);
    const begin = Math.max(context.now(), state.puller_free_at.get(record.node) ?? 0);
    const given = this.registryAnswer(record.node, container.image ?? '', answer);
    const full = given.kind === 'Failure' ? REFUSAL_MS : present ? RECHECK_MS : given.pull_ms;
    const took = Math.round(full * (0.8 + 0.4 * context.random.float()));
    const end = begin + took;
    state.puller_free_at.set(record.node, end);
    context.schedule(end - context.now(), 'pulled', [record.uid, container.name, took, end - context.now()]);
    return false;
  }

  /** A pull has ended: true when the image is there. */
  pulled(
    pod: Pod,
    record: PodRecord,
    container: Container,
    own: ContainerRecord,
    took: number,
    waited: number,
  ): boolean {
    const image = container.image ?? '';
    const answer = this.registryAnswer(record.node, image, this.core.options.runtime.pull(image));
    if (answer.kind === 'Failure') {
      this.failed(pod, record, container, own, answer);
      if (isInvalidName(answer)) this.lookAgain(record, container);
      return false;
    }
    const images = this.core.state.images.get(record.node) ?? new Set();
    images.add(answer.id);
    this.core.state.images.set(record.node, images);
    this.use(own, answer.reference, answer.id);
    own.pull_backoff_ms = 0;
    const times = `${seconds(took)} (${seconds(waited)} including waiting)`;
    const size = `Image size: ${answer.size_bytes} bytes.`;
    this.core.event(
      pod,
      'Normal',
      'Pulled',
      `Successfully pulled image "${container.image}" in ${times}. ${size}`,
      container,
    );
    return true;
  }

  /** The back-off after a failed pull begins to show. */
  backOff(pod: Pod, container: Container, own: ContainerRecord): void {
    const cause = own.message ?? '';
    own.reason = 'ImagePullBackOff';
    own.message = `Back-off pulling image "${container.image}": ErrImagePull: ${cause}`;
    this.core.event(pod, 'Normal', 'BackOff', `Back-off pulling image "${container.image}"`, container);
    this.core.event(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff', container);
  }

  private failed(
    pod: Pod,
    record: PodRecord,
    container: Container,
    own: ContainerRecord,
    answer: { reason: string; message: string },
  ): void {
    own.reason = answer.reason;
    own.message = answer.message;
    if (answer.reason === 'InvalidImageName') {
      const message = `Failed to apply default image tag "${container.image}": ${answer.message}`;
      own.message = message;
      this.core.event(pod, 'Warning', 'InspectFailed', message, container);
      this.core.event(pod, 'Warning', 'Failed', 'Error: InvalidImageName', container);
      return;
    }
    this.core.event(
      pod,
      'Warning',
      'Failed',
      `Failed to pull image "${container.image}": ${answer.message}`,
      container,
    );
    this.core.event(pod, 'Warning', 'Failed', 'Error: ErrImagePull', container);
    const periodic = own.pull_backoff_ms > 0; // a failure like the one before tells nothing new
    own.pull_backoff_ms = Math.min(own.pull_backoff_ms * 2 || PULL_BACKOFF_MS, PULL_BACKOFF_MAX_MS);
    this.core.context.schedule(2000, 'pull-back-off', [record.uid, container.name], { periodic });
    this.core.context.schedule(own.pull_backoff_ms, 'retry-pull', [record.uid, container.name], { periodic });
  }

  /** Nothing new is told meanwhile: only another image, or one that came to the node, changes something. */
  private lookAgain(record: PodRecord, container: Container): void {
    this.core.context.schedule(LOOK_AGAIN_MS, 'retry-pull', [record.uid, container.name], { periodic: true });
  }

  private registryAnswer(node: string, image: string, answer: PullAnswer): PullAnswer {
    return brokenPull(this.core.faults, node, image, answer) ?? answer;
  }

  private use(own: ContainerRecord, reference: string, id: string): void {
    own.image_reference = reference;
    own.image_id = id;
  }
}

const isInvalidName = (answer: PullAnswer): boolean =>
  answer.kind === 'Failure' && answer.reason === 'InvalidImageName';

/** A duration as Go prints it, to the millisecond: `1.2s`, `850ms`. */
function seconds(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${String(ms / 1000)}s`;
}
