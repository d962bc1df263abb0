import type { Service, ServicePort } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';

export type IpFamily = 'IPv4' | 'IPv6';

/** One port of one Service, as a proxier needs it. Models kubernetes pkg/proxy/serviceport.go BaseServicePortInfo. */
export interface ServicePortInfo {
  /** Key of the Service. */
  readonly service: string;
  /** Models kubernetes pkg/proxy/types.go ServicePortName.String: `namespace/name:port`. */
  readonly name: string;
  readonly port_name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly cluster_ip: string;
  readonly port: number;
  /** 0 where there is none. */
  readonly node_port: number;
  readonly external_ips: readonly string[];
  /** Addresses of load balancers that deliver packets to nodes unchanged (`ipMode: VIP`). */
  readonly load_balancer_vips: readonly string[];
  readonly load_balancer_source_ranges: readonly string[];
  /** 0 where there is none. */
  readonly health_check_node_port: number;
  readonly external_policy_local: boolean;
  readonly internal_policy_local: boolean;
  /** Seconds for which a client stays with its endpoint; undefined without session affinity. */
  readonly sticky_seconds: number | undefined;
}

const DEFAULT_STICKY_SECONDS = 10_800;

/**
 * The ports of a Service that the proxy of one family implements. Models kubernetes pkg/proxy/servicechangetracker.go
 * serviceToServiceMap.
 */
export function servicePortsOf(service: Service, family: IpFamily = 'IPv4'): ServicePortInfo[] {
  const cluster_ip = clusterIpOf(service, family);
  if (cluster_ip === undefined) return [];
  const { spec } = service;
  const type = spec.type ?? 'ClusterIP';
  const external = type === 'LoadBalancer' || type === 'NodePort' || (spec.externalIPs?.length ?? 0) > 0;
  const local = external && spec.externalTrafficPolicy === 'Local';
  const inFamily = (text: string): boolean => text.includes(':') === (family === 'IPv6');
  const shared = {
    service: objectKey(service),
    cluster_ip,
    external_ips: (spec.externalIPs ?? []).filter(inFamily),
    load_balancer_vips: loadBalancerVips(service).filter(inFamily),
    load_balancer_source_ranges: (spec.loadBalancerSourceRanges ?? [])
      .map((range) => range.trim())
      .filter(inFamily),
    health_check_node_port: type === 'LoadBalancer' && local ? (spec.healthCheckNodePort ?? 0) : 0,
    external_policy_local: local,
    internal_policy_local: spec.internalTrafficPolicy === 'Local',
    sticky_seconds:
      spec.sessionAffinity === 'ClientIP'
        ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_STICKY_SECONDS)
        : undefined,
  };
  return (spec.ports ?? []).map((port) => ({ ...shared, ...portFields(shared.service, port) }));
}

function portFields(service: string, port: ServicePort) {
  const port_name = port.name ?? '';
  return {
    name: port_name === '' ? service : `${service}:${port_name}`,
    port_name,
    protocol: (port.protocol ?? 'TCP') as ServicePortInfo['protocol'],
    port: port.port,
    node_port: port.nodePort ?? 0,
  };
}

/**
 * The address of a Service in one family; undefined where the proxy has nothing to do. Models kubernetes
 * pkg/proxy/util/utils.go ShouldSkipService and GetClusterIPByFamily.
 */
function clusterIpOf({ spec }: Service, family: IpFamily): string | undefined {
  const { clusterIP, clusterIPs } = spec;
  if (!clusterIP || clusterIP === 'None' || spec.type === 'ExternalName') return undefined;
  return [clusterIP, ...(clusterIPs ?? [])].find((address) => address.includes(':') === (family === 'IPv6'));
}

function loadBalancerVips({ status }: Service): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    ip && (ipMode === undefined || ipMode === 'VIP') ? [ip] : [],
  );
}

/** Whether anything but the cluster IP leads to the port. Models serviceport.go ExternallyAccessible. */
export function isExternallyAccessible(port: ServicePortInfo): boolean {
  return port.node_port !== 0 || port.load_balancer_vips.length > 0 || port.external_ips.length > 0;
}

/** Models serviceport.go UsesClusterEndpoints: external traffic needs them too, for short circuits. */
export function usesClusterEndpoints(port: ServicePortInfo): boolean {
  return !port.internal_policy_local || isExternallyAccessible(port);
}

/** Models serviceport.go UsesLocalEndpoints. */
export function usesLocalEndpoints(port: ServicePortInfo): boolean {
  return port.internal_policy_local || (port.external_policy_local && isExternallyAccessible(port));
}
