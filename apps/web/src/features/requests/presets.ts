import type { Node, Pod, Service } from '@podlab/api';
import type { RequestSource } from '@podlab/contracts';

/** Where a request may go, by the kind of address: what exists in the cluster now. */
export interface PresetGroup {
  kind: 'name' | 'clusterIP' | 'nodePort' | 'balancer' | 'pod' | 'outside';
  urls: string[];
}

export interface PresetObjects {
  services: readonly Service[];
  nodes: readonly Node[];
  pods: readonly Pod[];
}

const url = (host: string, port: number): string => `http://${host}${port === 80 ? '' : `:${port}`}/`;

const isOurs = (object: { metadata: { namespace?: string; name: string } }): boolean =>
  !object.metadata.namespace?.startsWith('kube-') &&
  !(object.metadata.namespace === 'default' && object.metadata.name === 'kubernetes');

/** All addresses of all Services and pods; the ones that suit the sender first. */
export function presetsFor(
  from: RequestSource['kind'],
  { services, nodes, pods }: PresetObjects,
): PresetGroup[] {
  const ours = services.filter(isOurs);
  const eachPort = (
    write: (service: Service, port: { port: number; nodePort?: number }) => string[],
  ): string[] =>
    ours.flatMap((service) => (service.spec?.ports ?? []).flatMap((port) => write(service, port)));
  const groups: PresetGroup[] = [
    {
      kind: 'name',
      urls: eachPort(({ metadata }, { port }) => [url(`${metadata.name}.${metadata.namespace}`, port)]),
    },
    {
      kind: 'clusterIP',
      urls: eachPort(({ spec }, { port }) =>
        spec?.clusterIP && spec.clusterIP !== 'None' ? [url(spec.clusterIP, port)] : [],
      ),
    },
    {
      kind: 'nodePort',
      urls: eachPort((_, { nodePort }) =>
        nodePort ? nodes.map((node) => url(addressOf(node), nodePort)) : [],
      ),
    },
    {
      kind: 'balancer',
      urls: eachPort(({ status }, { port }) =>
        (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => url(ip ?? hostname ?? '', port)),
      ),
    },
    { kind: 'pod', urls: pods.filter(isOurs).flatMap(podUrls) },
    { kind: 'outside', urls: [url('example.com', 80)] },
  ];
  const first: PresetGroup['kind'][] = from === 'External' ? ['balancer', 'nodePort'] : ['name', 'clusterIP'];
  return [...groups]
    .sort((a, b) => Number(first.includes(b.kind)) - Number(first.includes(a.kind)))
    .filter((group) => group.urls.length > 0);
}

const addressOf = (node: Node): string =>
  node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? node.metadata.name;

function podUrls(pod: Pod): string[] {
  const address = pod.status?.podIP;
  const port = pod.spec?.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort;
  return address && port ? [url(address, port)] : [];
}
