import type { Service, ServicePort } from '@podlab/api';
import { Path, invalid, newInternal, objectKey } from '@podlab/apimachinery';
import type { HeldValues, StrategyContext } from '@podlab/apiserver';
import { heldClusterIPs, heldNodePorts } from './held';
import { AllocationError, allocateClusterIP, serviceNetworks } from './ip-allocator';
import type { IPFamily, ServiceNetwork } from './ip-allocator';
import { initFamilies, keepsPreferredStacks, throwInvalid } from './ip-families';
import { allocateNodePort } from './port-allocator';
import { isHeadless, needsHealthCheckPort, takesNodePorts, usesNodePorts } from './service-type';

const SPEC = Path.of('spec');

/**
 * Gives a Service the addresses and node ports it needs and has not got. Throws a StatusError.
 * Models pkg/registry/core/service/storage alloc.go allocateCreate and allocateUpdate.
 */
export function allocateService(draft: Service, old: Service | undefined, context: StrategyContext): void {
  const networks = serviceNetworks(context.settings.service_cidr);
  const families = networks.map(({ family }) => family);
  initFamilies(draft, old, families);
  if (takesClusterIPs(draft, old)) allocateClusterIPs(draft, old, networks, context);
  allocateNodePorts(draft, old, context);
}

function takesClusterIPs(draft: Service, old: Service | undefined): boolean {
  if (draft.spec.type === 'ExternalName' || isHeadless(draft)) return false;
  if (!old || old.spec.type === 'ExternalName') return true;
  return !isHeadless(old) && !keepsPreferredStacks(draft, old);
}

/** Models allocClusterIPs; of an update only what an upgrade to dual stack adds, by updateClusterIPs. */
function allocateClusterIPs(
  draft: Service,
  old: Service | undefined,
  networks: readonly ServiceNetwork[],
  context: StrategyContext,
): void {
  const { spec } = draft;
  const before = old?.spec.type === 'ExternalName' ? undefined : old;
  const held = heldClusterIPs(context);
  const ips = [...(spec.clusterIPs ?? [])];
  (spec.ipFamilies ?? []).forEach((family, index) => {
    if (before && index < (before.spec.ipFamilies ?? []).length) return;
    const network = networks.find((each) => each.family === (family as IPFamily));
    if (network) ips[index] = allocateOne(draft, network, held, ips[index], context.random);
  });
  if (ips.length === 0) return;
  spec.clusterIPs = ips;
  if (!before) spec.clusterIP = ips[0];
}

function allocateOne(
  draft: Service,
  network: ServiceNetwork,
  held: HeldValues<string>,
  wanted: string | undefined,
  random: StrategyContext['random'],
): string {
  try {
    return allocateClusterIP(network, held, wanted, random);
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    if (!wanted) throw newInternal(`failed to allocate a serviceIP: ${error.message}`);
    const detail = `failed to allocate IP ${wanted}: ${error.message}`;
    throwInvalid(draft, [invalid(SPEC.child('clusterIPs'), draft.spec.clusterIPs, detail)]);
    throw error;
  }
}

function allocateNodePorts(draft: Service, old: Service | undefined, context: StrategyContext): void {
  const held = heldNodePorts(context);
  const taken = new Set<number>();
  const except = old && objectKey(old);
  const ports: PortOperation = {
    take(wanted) {
      const used = { has: (port: number) => taken.has(port) || held.has(port, except) };
      const port = allocateNodePort(context.settings.node_port_range, used, wanted, context.random);
      taken.add(port);
      return port;
    },
  };
  if (usesNodePorts(draft)) {
    if (old) updateNodePorts(draft, old, ports);
    else initNodePorts(draft, ports);
  }
  if (needsHealthCheckPort(draft) && !(old && needsHealthCheckPort(old)))
    takeHealthCheckPort(draft.spec, ports);
}

/** The ports that one request takes. */
interface PortOperation {
  /** Throws {@link AllocationError}. */
  take(wanted: number | undefined): number;
}

/** Models initNodePorts: ports of one number under several protocols share a node port. */
function initNodePorts(draft: Service, operation: PortOperation): void {
  const { ports = [] } = draft.spec;
  const chosen = new Map<number, number>();
  ports.forEach((port, index) => {
    if (!port.nodePort && !takesNodePorts(draft)) return;
    const shared = chosen.get(port.port);
    if (shared === undefined) {
      const wanted = ports.find((each) => each.port === port.port && each.nodePort)?.nodePort;
      port.nodePort = takePort(draft, operation, wanted, index);
      chosen.set(port.port, port.nodePort);
    } else if (!port.nodePort) port.nodePort = shared;
    else if (port.nodePort !== shared) takePort(draft, operation, port.nodePort, index);
  });
}

/** Models updateNodePorts. */
function updateNodePorts(draft: Service, old: Service, operation: PortOperation): void {
  const before = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
  const taken = new Set<number>();
  const seen = new Set<string>();
  (draft.spec.ports ?? []).forEach((port: ServicePort, index) => {
    if (!port.nodePort && !takesNodePorts(draft)) return;
    if (!port.nodePort) port.nodePort = takePort(draft, operation, undefined, index);
    else if (!before.has(port.nodePort) && !taken.has(port.nodePort)) {
      takePort(draft, operation, port.nodePort, index);
      taken.add(port.nodePort);
    }
    const identity = `{${port.protocol} ${port.nodePort}}`;
    if (seen.has(identity)) throw newInternal(`duplicate nodePort: ${identity}`);
    seen.add(identity);
  });
}

function takePort(
  draft: Service,
  operation: PortOperation,
  wanted: number | undefined,
  index: number,
): number {
  try {
    return operation.take(wanted);
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    if (!wanted) throw newInternal(`failed to allocate a nodePort: ${error.message}`);
    const path = SPEC.child('ports').index(index).child('nodePort');
    throwInvalid(draft, [invalid(path, wanted, error.message)]);
    throw error;
  }
}

/** Models allocHealthCheckNodePort. */
function takeHealthCheckPort(spec: Service['spec'], operation: PortOperation): void {
  const wanted = spec.healthCheckNodePort || undefined;
  try {
    spec.healthCheckNodePort = operation.take(wanted);
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    const what = wanted ? `requested HealthCheck NodePort ${wanted}` : 'a HealthCheck NodePort 0';
    throw newInternal(`failed to allocate ${what}: ${error.message}`);
  }
}
