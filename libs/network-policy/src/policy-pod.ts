import type { Container, Pod } from '@podlab/api';
import type { Labels } from '@podlab/apimachinery';
import { tryParseAddress } from '@podlab/netstack';

/** An address as netstack computes with it. */
export type ParsedAddress = NonNullable<ReturnType<typeof tryParseAddress>>;

/** What policies can tell of pods: pods that are alike in it share one profile. */
export interface PodProfile {
  /** Small, and free again when the last pod of the profile goes. */
  readonly id: number;
  readonly namespace: string;
  readonly labels: Labels;
  /** Numbers of the named ports, by `TCP/http`. */
  readonly ports: ReadonlyMap<string, readonly number[]>;
}

/** A pod with an address of its own. */
export interface PolicyPod {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly created: string;
  readonly addresses: readonly string[];
  readonly profile: PodProfile;
}

/** One end of a flow: an address, and the pod behind it where there is one. */
export interface PolicyEnd {
  readonly text: string;
  readonly address: ParsedAddress | undefined;
  readonly pod: PolicyPod | undefined;
}

/** The addresses that policies know a pod by: none on its node's network, and none once it has ended. */
export function addressesOf({ spec, status }: Pod): readonly string[] {
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (spec.hostNetwork === true || ended || !status) return [];
  const { podIPs = [], podIP } = status;
  const addresses = podIPs.length > 0 ? podIPs.map(({ ip }) => ip) : [podIP ?? ''];
  return addresses.filter((address) => address !== '');
}

/** Containers whose ports have names for others: those that run beside each other. Models pkg/api/v1/pod FindPort. */
function containersOf({ spec }: Pod): readonly Container[] {
  return [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter((each) => each.restartPolicy === 'Always'),
  ];
}

/** The named ports of a pod, by `TCP/http`. */
export function namedPorts(pod: Pod): ReadonlyMap<string, readonly number[]> {
  const ports = new Map<string, number[]>();
  for (const { name, protocol = 'TCP', containerPort } of containersOf(pod).flatMap(
    ({ ports: own }) => own ?? [],
  )) {
    if (!name) continue;
    const key = `${protocol}/${name}`;
    ports.set(key, [...(ports.get(key) ?? []), containerPort]);
  }
  return ports;
}

/** What two pods have in common if they have one profile. */
export function profileKey(namespace: string, labels: Labels, ports: PodProfile['ports']): string {
  const pairs = Object.keys(labels).sort();
  return JSON.stringify([namespace, pairs.map((key) => [key, labels[key]]), [...ports]]);
}
