import type { Service } from '@podlab/api';
import { referenceTo } from '../cluster-objects';
import type { ServicePortMatch } from '../cluster-objects';
import type { BalancerView } from '../dependencies';
import type { Failure, Finding, Fix } from './finding';
import { nameOf } from './finding';

const PREFIX = 'loadbalancer/';
/** Virtual time in which a load balancer has surely noticed that a node is well again. */
const HEALTH_MS = 15_000;

/** A Service of type LoadBalancer that has no address yet, and why. */
export function balancerPending(service: Service, failure: Failure): Finding | undefined {
  const { type, loadBalancerClass } = service.spec;
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (type !== 'LoadBalancer' || ingress.length > 0) return undefined;
  const cloud = failure.dependencies.cloud();
  const finding = {
    code: 'LoadBalancerPending',
    object: service,
    field: 'status.loadBalancer.ingress',
    found: '<pending>',
    expected: 'an address',
  };
  if (loadBalancerClass !== undefined)
    return { ...finding, message: 'LoadBalancerPending.OtherClass', params: { class: loadBalancerClass } };
  const turn = (change: { quota?: number; failing?: boolean }) =>
    ({ action: 'Cloud', cloud: { enabled: true, ...change } }) as const;
  if (!cloud.enabled) return { ...finding, message: 'LoadBalancerPending.NoCloud', fix: turn({}) };
  if (cloud.failing)
    return { ...finding, message: 'LoadBalancerPending.Failing', fix: turn({ failing: false }) };
  const count = failure.dependencies.balancers().length;
  const reason = failure.dependencies.cloudRefusal(nameOf(service));
  if (reason?.includes('QuotaExceeded') || (reason === undefined && count >= cloud.quota)) {
    const params = { quota: cloud.quota };
    return { ...finding, message: 'LoadBalancerPending.Quota', params, fix: turn({ quota: count + 1 }) };
  }
  if (reason !== undefined) return refused(finding, service, reason);
  return {
    ...finding,
    message: 'LoadBalancerPending.Slow',
    fix: { action: 'Advance', ms: cloud.delay_ms + 1_000 },
  };
}

/** The cloud can't do what the Service asks for. */
function refused(finding: Finding, service: Service, reason: string): Finding {
  const told = { ...finding, message: 'LoadBalancerPending.Refused', params: { reason } };
  const remove = (field: string): Fix => ({
    action: 'Patch',
    object: referenceTo(service),
    patch: [{ op: 'remove', path: `/spec/${field}` }],
  });
  if (reason.includes('AddressNotAvailable')) {
    const found = service.spec.loadBalancerIP;
    return { ...told, field: 'spec.loadBalancerIP', found, expected: 'none', fix: remove('loadBalancerIP') };
  }
  if (reason.includes('NodePortRequired')) {
    const field = 'allocateLoadBalancerNodePorts';
    return { ...told, field: `spec.${field}`, found: false, expected: true, fix: remove(field) };
  }
  return told;
}

/** A request that a load balancer itself did not pass on. */
export function balancerDropped({ service }: ServicePortMatch, failure: Failure): Finding | undefined {
  const { outcome, dependencies } = failure;
  const { namespace, code } = outcome?.end ?? { namespace: '', code: '' };
  if (!namespace.startsWith(PREFIX)) return undefined;
  const balancer = dependencies.balancers().find(({ id }) => id === namespace.slice(PREFIX.length));
  if (!balancer || code !== 'BlackholeRoute') return undefined;
  const found = balancer.hosts.map((name) => `${name}: ${balancer.health.get(name)?.reason ?? ''}`);
  const finding = {
    code: 'NoHealthyNode',
    object: service,
    field: 'status.loadBalancer.ingress',
    found,
    expected: checkText(balancer),
  };
  if (balancer.hosts.length === 0) return { ...finding, message: 'NoHealthyNode.NoNode' };
  return { ...finding, fix: { action: 'Advance', ms: HEALTH_MS } };
}

function checkText({ check }: BalancerView): string {
  return `HTTP 200 on port ${check.port}`;
}

/** Whether a load balancer that ends connections itself kept a client out. */
export function isKeptOutByBalancer({ outcome }: Failure): boolean {
  const { namespace = '', code, rule } = outcome?.end ?? {};
  return namespace.startsWith(PREFIX) && code === 'DroppedByRule' && rule?.chain === 'FORWARD';
}
