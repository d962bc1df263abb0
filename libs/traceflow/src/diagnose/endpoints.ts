import type { EndpointSlice } from '@podlab/api';
import { tryParseAddress } from '@podlab/netstack';
import { isReadyPod } from '../cluster-objects';
import type { ServicePortMatch } from '../cluster-objects';
import { meaningOf } from '../rule-meaning';
import type { Failure, Finding, Fix } from './finding';
import { nameOf, setField } from './finding';
import { listeningPorts } from './listening';
import { distance } from './near';

const MIRRORED = 'endpointslicemirroring-controller.k8s.io';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** Walks that ended because nobody was there. */
const NOBODY_CODES: ReadonlySet<string> = new Set([
  'NeighbourFailed',
  'NoRoute',
  'UnreachableRoute',
  'BlackholeRoute',
  'HopLimit',
  'TtlExceeded',
]);

/** Why a Service without selector has nobody to send to: what was written for it by hand. */
export function withoutSelector(match: ServicePortMatch, failure: Failure): Finding {
  const { service, port } = match;
  const { objects } = failure;
  const slices = objects.endpointSlices(service).filter(({ endpoints }) => (endpoints ?? []).length > 0);
  const name = port.name ?? '';
  const slice = slices.find(({ ports }) => ports?.some((each) => (each.name ?? '') === name));
  if (slice) return notReady(match, slice);
  const finding = { code: 'NoEndpoints', object: service, field: 'spec.selector', found: 'none' };
  if (slices.length === 0) {
    const deployment = objects.deployments.get(nameOf(service));
    const selector = deployment?.spec.selector.matchLabels;
    if (!selector) return { ...finding, expected: 'a selector' };
    return { ...finding, expected: selector, fix: setField(service, '/spec/selector', selector) };
  }
  const [other] = slices;
  const fix = changeSlice(other, '/ports/0/name', name);
  return {
    code: 'EndpointPortNameDiffers',
    object: other,
    field: 'ports[0].name',
    found: other.ports?.[0]?.name ?? '',
    expected: name,
    params: { service: nameOf(service), found: quoted(other.ports?.[0]?.name), expected: quoted(name) },
    ...(fix && { fix }),
  };
}

const quoted = (name: string | undefined) => JSON.stringify(name ?? '');

function notReady({ service }: ServicePortMatch, slice: EndpointSlice): Finding {
  const index = (slice.endpoints ?? []).findIndex(({ conditions }) => conditions?.ready === false);
  const at = Math.max(index, 0);
  const fix = changeSlice(slice, `/endpoints/${at}/conditions`, { ready: true });
  return {
    code: 'EndpointNotReady',
    object: slice,
    field: `endpoints[${at}].conditions.ready`,
    found: false,
    expected: true,
    params: { service: nameOf(service), address: slice.endpoints?.[at]?.addresses[0] ?? '' },
    ...(fix && { fix }),
  };
}

/** Slices that a controller writes would be written back: only those by hand can be changed. */
function changeSlice(slice: EndpointSlice, path: string, value: unknown): Fix | undefined {
  const manager = slice.metadata.labels?.[MANAGED_BY];
  return manager?.endsWith('controller.k8s.io') ? undefined : setField(slice, path, value);
}

/** An endpoint written by hand whose address nobody has, or where nothing listens on the port. */
export function deadEndpoint(match: ServicePortMatch, failure: Failure): Finding | undefined {
  const { service, port } = match;
  const { outcome, objects } = failure;
  if (Object.keys(service.spec.selector ?? {}).length > 0 || !outcome) return undefined;
  if (meaningOf(outcome.end.rule) !== undefined) return undefined;
  const { code, namespace } = outcome.end;
  for (const slice of objects.endpointSlices(service)) {
    const portAt = (slice.ports ?? []).findIndex(({ name }) => (name ?? '') === (port.name ?? ''));
    const number = slice.ports?.[portAt]?.port;
    if (number === undefined) continue;
    for (const [index, { addresses, conditions }] of (slice.endpoints ?? []).entries()) {
      if (conditions?.ready === false) continue;
      const [address] = addresses;
      if (NOBODY_CODES.has(code) && !isSomebody(address, failure))
        return nobodyThere(match, slice, index, address);
      if (code === 'NoListener' && ownerNamespaces(address, failure).includes(namespace))
        return closedPort(match, slice, portAt, address, failure);
    }
  }
  return undefined;
}

function nobodyThere(
  { service }: ServicePortMatch,
  slice: EndpointSlice,
  index: number,
  found: string,
): Finding {
  const mirrored = slice.metadata.labels?.[MANAGED_BY] === MIRRORED;
  const params = { service: nameOf(service) };
  const finding = { code: 'EndpointAddressDead', object: slice, found, params };
  return { ...finding, field: `endpoints[${index}].addresses`, ...(mirrored && { object: service }) };
}

function closedPort(
  { service, port }: ServicePortMatch,
  slice: EndpointSlice,
  portAt: number,
  address: string,
  { outcome, dependencies }: Failure,
): Finding {
  const found = slice.ports?.[portAt]?.port as number;
  const protocol = port.protocol ?? 'TCP';
  const open = listeningPorts(outcome?.end.namespace ?? '', protocol, dependencies.network, address);
  const cost = (candidate: number) => distance(String(found), String(candidate));
  const [expected] = [...open].sort((a, b) => cost(a) - cost(b) || a - b);
  const finding = {
    code: 'EndpointPortNotListening',
    object: slice,
    field: `ports[${portAt}].port`,
    found,
    params: { service: nameOf(service), address },
  };
  if (expected === undefined) return { ...finding, message: 'EndpointPortNotListening.Nothing' };
  const fix = changeSlice(slice, `/ports/${portAt}/port`, expected);
  return { ...finding, expected, ...(fix && { fix }) };
}

function isSomebody(address: string, { objects, dependencies }: Failure): boolean {
  if (tryParseAddress(address) === undefined) return false;
  const host = dependencies.surroundings.hosts.some(({ ip }) => ip === address);
  const pod = objects.podAt(address);
  return host || (pod !== undefined && isReadyPod(pod)) || objects.nodeAt(address) !== undefined;
}

/** Network namespaces in which an address may be. */
function ownerNamespaces(address: string, { objects, dependencies: { surroundings } }: Failure): string[] {
  const pod = objects.podAt(address);
  const node = objects.nodeAt(address);
  if (pod) return [`pod/${pod.metadata.uid}`];
  if (node) return [`node/${node.metadata.name}`];
  return surroundings.hosts.some(({ ip }) => ip === address) ? [surroundings.external_namespace] : [];
}
