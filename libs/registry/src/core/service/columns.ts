import type { Service, ServicePort } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, formatLabels, textColumn, wideColumn } from '../../printing/cells';

/** Models pkg/printers/internalversion printService. */
export const SERVICE_COLUMNS: readonly PrinterColumn<Service>[] = [
  NAME_COLUMN,
  textColumn(
    'Type',
    'type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer.',
    ({ spec }) => spec.type ?? '',
  ),
  textColumn(
    'Cluster-IP',
    'clusterIP is the IP address of the service and is usually assigned randomly.',
    ({ spec }) => spec.clusterIPs?.[0] ?? '<none>',
  ),
  textColumn(
    'External-IP',
    'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
    externalIP,
  ),
  textColumn('Port(s)', 'The list of ports that are exposed by this service.', ({ spec }) =>
    formatPorts(spec.ports ?? []),
  ),
  AGE_COLUMN,
  wideColumn(
    'Selector',
    'Route service traffic to pods with label keys and values matching this selector.',
    ({ spec }) => formatLabels(spec.selector),
  ),
];

/** Models getServiceExternalIP. */
function externalIP({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
      const balancers = [...new Set(ingress.filter((text) => text !== ''))].sort();
      return [...balancers, ...external].join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

/** Models makePortString. */
function formatPorts(ports: readonly ServicePort[]): string {
  const texts = ports.map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return texts.join(',') || '<none>';
}
