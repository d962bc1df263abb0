import type { Pod } from '@podlab/api';
import type { PullAnswer } from '../runtime';
import type { PodRecord } from './pod-record';

/** What is made to go wrong on nodes: plain data, set by whoever injects faults. */
export interface InjectedFaults {
  /** Uids of pods whose readiness fails whatever their probes say. */
  unready: Set<string>;
  /** `podUid/container` → the exit status with which it ends soon after each start. */
  crashing: Map<string, number>;
  /** Images that no registry gives, as pods name them or without a tag. */
  images: Set<string>;
  /** Nodes that reach no registry. */
  cut_off: Set<string>;
  /** The network works by chance: no probe's result stands for the next. */
  unsteady: boolean;
}

export function createInjectedFaults(): InjectedFaults {
  return { unready: new Set(), crashing: new Map(), images: new Set(), cut_off: new Set(), unsteady: false };
}

/** The record as a status is to show it while the pod is made unready. */
export function withoutReadiness(pod: Pod, record: PodRecord): PodRecord {
  const containers = new Map(record.containers);
  for (const { name } of pod.spec.containers) {
    const own = containers.get(name);
    if (own) containers.set(name, { ...own, ready: false });
  }
  return { ...record, containers };
}

/** What a registry answers on `node` while pulls of `image` fail; undefined while they don't. */
export function brokenPull(
  faults: InjectedFaults,
  node: string,
  image: string,
  answer: PullAnswer,
): PullAnswer | undefined {
  const reference = answer.kind === 'Image' ? answer.reference : image;
  const repository = withoutTag(reference);
  const names = [image, reference, withoutTag(image), repository, familiar(repository), familiar(reference)];
  if (!faults.cut_off.has(node) && !names.some((name) => faults.images.has(name))) return undefined;
  const host = repository.includes('.') ? repository.slice(0, repository.indexOf('/')) : 'docker.io';
  const tag = reference.slice(repository.length + 1) || 'latest';
  const registry = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const path = `/v2/${repository.slice(repository.includes('.') ? host.length + 1 : 0)}/manifests/${tag}`;
  const cause = `failed to do request: Head "https://${registry}${path}": dial tcp: lookup ${registry}: i/o timeout`;
  const message = `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${cause}`;
  return { kind: 'Failure', reason: 'ErrImagePull', message };
}

const withoutTag = (image: string) => image.replace(/(?::[^:/@]+)?(?:@.*)?$/, '');

/** The name without what every image of Docker Hub begins with. */
const familiar = (name: string) => name.replace(/^docker\.io\/(library\/)?/, '');
