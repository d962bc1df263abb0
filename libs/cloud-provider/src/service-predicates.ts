import type { Service } from '@podlab/api';
import { equalJson } from '@podlab/kernel';

/** Keeps a Service until its load balancer is gone. Models k8s.io/cloud-provider service helpers LoadBalancerCleanupFinalizer. */
export const LOAD_BALANCER_FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** Models controllers/service/controller.go wantsLoadBalancer: another class is another implementation's. */
export function wantsLoadBalancer({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined;
}

/** Models controllers/service/controller.go needsCleanup. */
export function needsCleanup(service: Service): boolean {
  if (!service.metadata.finalizers?.includes(LOAD_BALANCER_FINALIZER)) return false;
  return service.metadata.deletionTimestamp !== undefined || service.spec.type !== 'LoadBalancer';
}

/** A change that the controller tells in an event before it acts. */
export interface ServiceChange {
  readonly reason: string;
  readonly message: string;
}

/** The changes of which events tell. Models controllers/service/controller.go needsUpdate. */
export function changesToTell(old: Service, service: Service): ServiceChange[] {
  const told: ServiceChange[] = [];
  const tell = (reason: string, before: unknown, after: unknown) => {
    if (!equalJson(before, after)) told.push({ reason, message: `${printed(before)} -> ${printed(after)}` });
  };
  if (wantsLoadBalancer(old) !== wantsLoadBalancer(service)) {
    tell('Type', old.spec.type, service.spec.type);
    return told;
  }
  if (!wantsLoadBalancer(service)) return told;
  tell(
    'LoadBalancerSourceRanges',
    old.spec.loadBalancerSourceRanges ?? [],
    service.spec.loadBalancerSourceRanges ?? [],
  );
  tell('LoadbalancerIP', old.spec.loadBalancerIP ?? '', service.spec.loadBalancerIP ?? '');
  tell(
    'ExternalTrafficPolicy',
    old.spec.externalTrafficPolicy ?? '',
    service.spec.externalTrafficPolicy ?? '',
  );
  tell('HealthCheckNodePort', old.spec.healthCheckNodePort ?? 0, service.spec.healthCheckNodePort ?? 0);
  return told;
}

/** As Go's %v prints it. */
function printed(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(' ')}]` : String(value);
}

/** Whether the cloud must hear of a change. Models controllers/service/controller.go needsUpdate. */
export function needsUpdate(old: Service, service: Service): boolean {
  if (!wantsLoadBalancer(old) && !wantsLoadBalancer(service)) return false;
  const relevant = ({ spec, metadata }: Service) => [
    spec.type,
    spec.loadBalancerClass,
    spec.ipFamilies,
    spec.loadBalancerSourceRanges,
    spec.ports,
    spec.sessionAffinity,
    spec.sessionAffinityConfig,
    spec.loadBalancerIP,
    spec.externalIPs,
    metadata.annotations,
    metadata.uid,
    spec.externalTrafficPolicy,
    spec.healthCheckNodePort,
  ];
  return relevant(old).some((value, index) => !equalJson(value, relevant(service)[index]));
}
