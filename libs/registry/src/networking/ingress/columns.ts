import type { Ingress } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';

/** Models pkg/printers/internalversion printers.go printIngress. */
export const INGRESS_COLUMNS: readonly PrinterColumn<Ingress>[] = [
  NAME_COLUMN,
  textColumn(
    'Class',
    'The name of the IngressClass resource that should be used for additional configuration',
    ({ spec }) => spec.ingressClassName ?? '<none>',
  ),
  textColumn(
    'Hosts',
    'Hosts that incoming requests are matched against before the ingress rule',
    formatHosts,
  ),
  textColumn(
    'Address',
    'Address is a list containing ingress points for the load-balancer',
    formatLoadBalancer,
  ),
  textColumn('Ports', 'Ports of TLS configurations that open', ({ spec }) =>
    spec.tls?.length ? '80, 443' : '80',
  ),
  AGE_COLUMN,
];

/** Models printers.go formatHosts: three hosts, and how many more rules there are. */
function formatHosts({ spec: { rules = [] } }: Ingress): string {
  const hosts = rules.flatMap(({ host }) => (host ? [host] : []));
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, 3).join(',');
  const isCut = rules.length > 3 && rules.slice(0, -1).filter(({ host }) => host).length >= 3;
  return isCut ? `${shown} + ${rules.length - 3} more...` : shown;
}

/** Models printers.go ingressLoadBalancerStatusStringer, which sorts. */
function formatLoadBalancer({ status }: Ingress): string {
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) =>
    ip ? [ip] : hostname ? [hostname] : [],
  );
  return [...new Set(addresses)].sort().join(',');
}
