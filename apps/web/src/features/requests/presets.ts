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

/** HTTP unless the port speaks something else; an IPv6 address stands in brackets. */
function url(host: string, port: number, protocol = 'TCP'): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return protocol === 'TCP'
    ? `http://${name}${port === 80 ? '' : `:${port}`}/`
    : `${protocol.toLowerCase()}://${name}:${port}`;
}

type Port = NonNullable<NonNullable<Service['spec']>['ports']>[number];

const isOurs = (object: { metadata: { namespace?: string; name: string } }): boolean =>
  !object.metadata.namespace?.startsWith('kube-') &&
  !(object.metadata.namespace === 'default' && object.metadata.name === 'kubernetes');

/** A Service of one family names its address in one field only, where it is not stored in full. */
const clusterIPsOf = ({ spec }: Service): readonly string[] =>
  (spec?.clusterIPs ?? [spec?.clusterIP]).filter((ip): ip is string => Boolean(ip) && ip !== 'None');

/** All addresses of all Services and pods; the ones that suit the sender first. */
export function presetsFor(
  from: RequestSource['kind'],
  { services, nodes, pods }: PresetObjects,
): PresetGroup[] {
  const ours = services.filter(isOurs);
  const eachPort = (write: (service: Service, port: Port) => string[]): string[] =>
    ours.flatMap((service) => (service.spec?.ports ?? []).flatMap((port) => write(service, port)));
  const groups: PresetGroup[] = [
    {
      kind: 'name',
      urls: eachPort(({ metadata }, { port, protocol }) => [
        url(`${metadata.name}.${metadata.namespace}`, port, protocol),
      ]),
    },
    {
      kind: 'clusterIP',
      urls: eachPort((service, { port, protocol }) =>
        clusterIPsOf(service).map((ip) => url(ip, port, protocol)),
      ),
    },
    {
      kind: 'nodePort',
      urls: eachPort((_, { nodePort, protocol }) =>
        nodePort ? nodes.flatMap(addressesOf).map((address) => url(address, nodePort, protocol)) : [],
      ),
    },
    {
      kind: 'balancer',
      urls: eachPort(({ status }, { port, protocol }) =>
        (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
          url(ip ?? hostname ?? '', port, protocol),
        ),
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

function addressesOf({ metadata, status }: Node): readonly string[] {
  const internal = (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  return internal.length > 0 ? internal.map(({ address }) => address) : [metadata.name];
}

function podUrls({ spec, status }: Pod): string[] {
  const port = spec?.containers.flatMap((container) => container.ports ?? [])[0];
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP];
  return addresses.flatMap((ip) => (ip && port ? [url(ip, port.containerPort, port.protocol)] : []));
}
