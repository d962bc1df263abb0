import type { Service, ServicePort } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, invalid, newInternal, newInvalid } from '@podlab/apimachinery';
import type { StrategyContext } from '@podlab/apiserver';
import { isIPv6 } from '../../validation/addresses';
import { AllocationError, allocateClusterIP, serviceNetwork, usedClusterIPs } from './ip-allocator';
import { allocateNodePort, usedNodePorts } from './port-allocator';
import type { UsedValues } from './used-values';
import { HEADLESS, isHeadless, needsClusterIP, needsHealthCheckPort, needsNodePort } from './service-type';

const SPEC = Path.of('spec');

/**
 * Gives a Service the addresses and node ports it needs and has not got.
 * Models pkg/registry/core/service/storage alloc.go allocateCreate and allocateUpdate.
 */
export function allocateService(draft: Service, old: Service | undefined, context: StrategyContext): void {
  const services = context.list('services') as readonly Service[];
  if (needsClusterIP(draft)) {
    setFamilies(draft);
    if (!isHeadless(draft)) setClusterIP(draft, old, services, context);
  }
  setNodePorts(draft, old, services, context);
}

/** The cluster has one family, IPv4. Models initIPFamilyFields. */
function setFamilies(draft: Service): void {
  const { spec } = draft;
  const headless = isHeadless(draft) && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= headless ? 'RequireDualStack' : 'SingleStack';
  throwInvalid(draft, unknownAddresses(spec));
  if (headless) {
    const both = spec.ipFamilyPolicy !== 'SingleStack';
    const [first = 'IPv4', ...more] = spec.ipFamilies ?? [];
    spec.ipFamilies = [first, ...(more.length > 0 || !both ? more : [first === 'IPv4' ? 'IPv6' : 'IPv4'])];
    return;
  }
  throwInvalid(draft, unknownFamilies(spec));
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4'];
}

function unknownAddresses({
  clusterIPs = [],
  ipFamilies = [],
  ipFamilyPolicy,
}: Service['spec']): FieldError[] {
  const errors: FieldError[] = [];
  const one = ipFamilyPolicy === 'SingleStack';
  const path = SPEC.child('ipFamilyPolicy');
  const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if (one && clusterIPs.length === 2)
    errors.push(invalid(path, ipFamilyPolicy, `${detail} cluster IPs are specified`));
  if (one && ipFamilies.length === 2)
    errors.push(invalid(path, ipFamilyPolicy, `${detail} IP families are specified`));
  clusterIPs.forEach((ip, index) => {
    if (index < ipFamilies.length || !isIPv6(ip)) return;
    const at = SPEC.child('clusterIPs').index(index);
    errors.push(invalid(at, clusterIPs, 'IPv6 is not configured on this cluster'));
  });
  return errors;
}

function unknownFamilies({ ipFamilies = [], ipFamilyPolicy }: Service['spec']): FieldError[] {
  const errors: FieldError[] = [];
  if (ipFamilyPolicy === 'RequireDualStack') {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalid(SPEC.child('ipFamilyPolicy'), ipFamilyPolicy, detail));
  }
  ipFamilies.forEach((family, index) => {
    if (family === 'IPv4') return;
    errors.push(invalid(SPEC.child('ipFamilies').index(index), family, 'not configured on this cluster'));
  });
  return errors;
}

function throwInvalid(draft: Service, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw newInvalid('Service', draft.metadata.name, errors);
}

function setClusterIP(
  draft: Service,
  old: Service | undefined,
  services: readonly Service[],
  context: StrategyContext,
): void {
  const { spec, metadata } = draft;
  const wanted = spec.clusterIPs?.[0] || spec.clusterIP;
  if (wanted && old?.spec.clusterIPs?.[0] === wanted) return;
  const network = serviceNetwork(context.settings.service_cidr);
  try {
    const ip = allocateClusterIP(network, usedClusterIPs(services, old ?? draft), wanted, context.random);
    spec.clusterIP = ip;
    spec.clusterIPs = [ip];
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    if (!wanted) throw newInternal(`failed to allocate a serviceIP: ${error.message}`);
    const detail = `failed to allocate IP ${wanted}: ${error.message}`;
    throw newInvalid('Service', metadata.name, [invalid(SPEC.child('clusterIPs'), spec.clusterIPs, detail)]);
  }
}

/** Models initNodePorts and updateNodePorts: one number may serve one port under several protocols. */
function setNodePorts(
  draft: Service,
  old: Service | undefined,
  services: readonly Service[],
  context: StrategyContext,
): void {
  const used = usedNodePorts(services, old ?? draft);
  const kept = new Set([...(old?.spec.ports ?? [])].map(({ nodePort }) => nodePort));
  if (needsNodePort(draft)) {
    const own = new Map<number, ServicePort>();
    (draft.spec.ports ?? []).forEach((port, index) => {
      const sister = port.nodePort ? undefined : siblingOf(port, draft.spec.ports ?? []);
      if (sister?.nodePort) port.nodePort = sister.nodePort;
      else if (!port.nodePort || (!kept.has(port.nodePort) && !own.has(port.nodePort))) {
        const path = SPEC.child('ports').index(index).child('nodePort');
        port.nodePort = allocate(draft, port.nodePort, used, path, context);
      }
      own.set(port.nodePort as number, port);
      used.add(port.nodePort as number);
    });
  }
  if (
    needsHealthCheckPort(draft) &&
    (!draft.spec.healthCheckNodePort || draft.spec.healthCheckNodePort !== old?.spec.healthCheckNodePort)
  ) {
    const path = SPEC.child('healthCheckNodePort');
    draft.spec.healthCheckNodePort = allocate(draft, draft.spec.healthCheckNodePort, used, path, context);
  }
}

/** A port of the same number under another protocol that has its node port already. */
function siblingOf(port: ServicePort, ports: readonly ServicePort[]): ServicePort | undefined {
  return ports.find((each) => each.port === port.port && each.protocol !== port.protocol && each.nodePort);
}

function allocate(
  draft: Service,
  wanted: number | undefined,
  used: UsedValues<number>,
  path: Path,
  { settings, random }: StrategyContext,
): number {
  try {
    return allocateNodePort(settings.node_port_range, used, wanted, random);
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    if (!wanted) throw newInternal(`failed to allocate a nodePort: ${error.message}`);
    throw newInvalid('Service', draft.metadata.name, [invalid(path, wanted, error.message)]);
  }
}

/** What an update leaves out and the Service has goes on. Models patchAllocatedValues. */
export function keepAllocated(draft: Service, old: Service): void {
  const { spec } = draft;
  if (needsClusterIP(draft) && needsClusterIP(old)) {
    if (!spec.clusterIP && !spec.clusterIPs?.length) {
      spec.clusterIP = old.spec.clusterIP;
      if (old.spec.clusterIPs) spec.clusterIPs = [...old.spec.clusterIPs];
    }
    spec.ipFamilies ??= old.spec.ipFamilies && [...old.spec.ipFamilies];
    spec.ipFamilyPolicy ??= old.spec.ipFamilyPolicy;
  }
  if (needsNodePort(draft) && needsNodePort(old)) keepNodePorts(spec.ports ?? [], old.spec.ports ?? []);
  if (needsHealthCheckPort(draft) && needsHealthCheckPort(old))
    spec.healthCheckNodePort ??= old.spec.healthCheckNodePort;
}

function keepNodePorts(ports: readonly ServicePort[], old: readonly ServicePort[]): void {
  const chosen = new Set(ports.map(({ nodePort, protocol }) => nodePort && `${protocol}/${nodePort}`));
  for (const port of ports) {
    const before = old.find((each) => each.port === port.port && each.protocol === port.protocol);
    if (port.nodePort || !before?.nodePort || chosen.has(`${port.protocol}/${before.nodePort}`)) continue;
    port.nodePort = before.nodePort;
    chosen.add(`${port.protocol}/${before.nodePort}`);
  }
}

/** What only the old type had, and the update repeats unchanged, goes. Models pkg/registry/core/service dropTypeDependentFields. */
export function dropOfOldType(draft: Service, old: Service): void {
  const { spec } = draft;
  if (
    needsClusterIP(old) &&
    !needsClusterIP(draft) &&
    (spec.clusterIP ?? '') === (old.spec.clusterIP ?? '')
  ) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
    delete spec.internalTrafficPolicy;
  }
  if (usesNodePorts(old) && !usesNodePorts(draft)) {
    const before = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
    for (const port of spec.ports ?? []) if (before.has(port.nodePort)) delete port.nodePort;
  }
  if (
    needsHealthCheckPort(old) &&
    !needsHealthCheckPort(draft) &&
    spec.healthCheckNodePort === old.spec.healthCheckNodePort
  ) {
    delete spec.healthCheckNodePort;
  }
  if (old.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.spec.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.spec.loadBalancerClass) delete spec.loadBalancerClass;
  }
  const external =
    spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.externalIPs ?? []).length > 0;
  if (!external && spec.externalTrafficPolicy === old.spec.externalTrafficPolicy)
    delete spec.externalTrafficPolicy;
}

const usesNodePorts = ({ spec }: Service) => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** `clusterIP` is the first of `clusterIPs`, whichever a client wrote. Models normalizeClusterIPs. */
export function normalizeClusterIPs({ spec }: Service, old?: Service): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    else if (!spec.clusterIP && spec.clusterIPs?.[0] === HEADLESS) spec.clusterIP = HEADLESS;
    return;
  }
  const changed = (spec.clusterIP ?? '') !== (old.spec.clusterIP ?? '');
  const sameList = JSON.stringify(spec.clusterIPs ?? []) === JSON.stringify(old.spec.clusterIPs ?? []);
  if (changed && sameList) {
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)];
    else delete spec.clusterIPs;
  } else if (!changed && !sameList && !spec.clusterIPs?.length) {
    delete spec.clusterIP;
  }
}
