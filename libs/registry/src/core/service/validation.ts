import type { Service, ServicePort } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  duplicate,
  forbidden,
  invalid,
  notSupported,
  qualifiedNameErrors,
  required,
  validateLabels,
} from '@podlab/apimachinery';
import { isCIDR, validateNonSpecialIP } from '../../validation/addresses';
import { PROTOCOLS, validatePortNumber, validatePortNumberOrName } from '../../validation/ports';
import { HEADLESS, isExternallyAccessible, isHeadless, needsHealthCheckPort } from './service-type';
import { validateAddresses } from './validation-addresses';

const SPEC = Path.of('spec');
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
/** The longest time that a client stays with one endpoint, in seconds. */
const MAXIMUM_AFFINITY_SECONDS = 86_400;
const SOURCE_RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

/** Models pkg/apis/core/validation ValidateService. */
export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  return [
    ...validateByType(service),
    ...validatePorts(service),
    ...validateLabels(spec.selector, SPEC.child('selector')),
    ...validateAffinity(service),
    ...validateAddresses(service),
    ...(spec.externalIPs ?? []).flatMap((ip, index) =>
      validateNonSpecialIP(ip, SPEC.child('externalIPs').index(index)),
    ),
    ...validateType(spec.type),
    ...validateNodePorts(service),
    ...validateDistinctPorts(service),
    ...validateLoadBalancer(service),
    ...validateExternalTraffic(service),
    ...validateInternalTraffic(service),
  ];
}

function validateType(type: string | undefined): FieldError[] {
  const path = SPEC.child('type');
  if (!type) return [required(path)];
  return TYPES.includes(type) ? [] : [notSupported(path, type, TYPES)];
}

function validateByType(service: Service): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  if ((spec.ports ?? []).length === 0 && !isHeadless(service) && spec.type !== 'ExternalName') {
    errors.push(required(SPEC.child('ports')));
  }
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(service)) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalid(SPEC.child('clusterIPs').index(0), spec.clusterIPs?.[0] ?? HEADLESS, detail));
  }
  return spec.type === 'ExternalName' ? [...errors, ...validateExternalName(service)] : errors;
}

function validateExternalName({ spec }: Service): FieldError[] {
  const detail = 'may not be set for ExternalName services';
  const errors: FieldError[] = [];
  if ((spec.clusterIPs ?? []).length > 0 || spec.clusterIP)
    errors.push(forbidden(SPEC.child('clusterIPs'), detail));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbidden(SPEC.child('ipFamilies'), detail));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden(SPEC.child('ipFamilyPolicy'), detail));
  const path = SPEC.child('externalName');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required(path));
  else errors.push(...dns1123SubdomainErrors(name).map((message) => invalid(path, name, message)));
  return errors;
}

function validatePorts({ spec: { ports = [] } }: Service): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) =>
    validatePort(port, ports.length > 1, names, SPEC.child('ports').index(index)),
  );
}

function validateDistinctPorts({ spec: { ports = [] } }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  ports.forEach((port, index) => {
    const identity = `${port.protocol}/${port.port}`;
    if (taken.has(identity)) errors.push(duplicate(SPEC.child('ports').index(index), internalPort(port)));
    taken.add(identity);
  });
  return errors;
}

/** The key that upstream prints for two equal ports: its internal type with the other fields empty. */
function internalPort({ protocol, port }: ServicePort): object {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}

/** Models validateServicePort. */
function validatePort(port: ServicePort, requireName: boolean, names: Set<string>, at: Path): FieldError[] {
  const errors: FieldError[] = [];
  const { name, protocol, targetPort, appProtocol } = port;
  if (!name) {
    if (requireName) errors.push(required(at.child('name')));
  } else {
    errors.push(...dns1123LabelErrors(name).map((message) => invalid(at.child('name'), name, message)));
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    names.add(name);
  }
  errors.push(...validatePortNumber(port.port ?? 0, at.child('port')));
  if (!protocol) errors.push(required(at.child('protocol')));
  else if (!PROTOCOLS.includes(protocol))
    errors.push(notSupported(at.child('protocol'), protocol, PROTOCOLS));
  errors.push(...validatePortNumberOrName(targetPort ?? 0, at.child('targetPort')));
  if (appProtocol !== undefined) {
    errors.push(
      ...qualifiedNameErrors(appProtocol).map((message) =>
        invalid(at.child('appProtocol'), appProtocol, message),
      ),
    );
  }
  return errors;
}

function validateAffinity({ spec }: Service): FieldError[] {
  const path = SPEC.child('sessionAffinity');
  const config = SPEC.child('sessionAffinityConfig');
  if (!spec.sessionAffinity) return [required(path)];
  if (!AFFINITIES.includes(spec.sessionAffinity))
    return [notSupported(path, spec.sessionAffinity, AFFINITIES)];
  if (spec.sessionAffinity === 'None') {
    return spec.sessionAffinityConfig
      ? [forbidden(config, 'must not be set when session affinity is None')]
      : [];
  }
  const whenClientIP = 'when session affinity type is ClientIP';
  const { sessionAffinityConfig } = spec;
  if (!sessionAffinityConfig) return [required(config, whenClientIP)];
  if (!sessionAffinityConfig.clientIP) return [required(config.child('clientIP'), whenClientIP)];
  const seconds = sessionAffinityConfig.clientIP.timeoutSeconds;
  const timeout = config.child('clientIP', 'timeoutSeconds');
  if (seconds === undefined) return [required(timeout, whenClientIP)];
  if (seconds > 0 && seconds <= MAXIMUM_AFFINITY_SECONDS) return [];
  return [invalid(timeout, seconds, `must be greater than 0 and less than ${MAXIMUM_AFFINITY_SECONDS}`)];
}

function validateNodePorts({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  (spec.ports ?? []).forEach(({ nodePort, protocol }, index) => {
    if (!nodePort) return;
    const path = SPEC.child('ports').index(index).child('nodePort');
    if (spec.type === 'ClusterIP') errors.push(forbidden(path, "may not be used when `type` is 'ClusterIP'"));
    const identity = `${protocol}/${nodePort}`;
    if (taken.has(identity)) errors.push(duplicate(path, nodePort));
    taken.add(identity);
  });
  return errors;
}

/** The field, or without it the annotation that there was before; a blank around a range has always been let through. */
function validateSourceRanges(spec: Service['spec'], annotation: string | undefined): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const byField = ranges.length > 0;
  if (!byField && annotation === undefined) return [];
  const path = byField
    ? SPEC.child('LoadBalancerSourceRanges')
    : Path.of('metadata', 'annotations').key(SOURCE_RANGES_ANNOTATION);
  const errors = spec.type === 'LoadBalancer' ? [] : [forbidden(path, ONLY_LOAD_BALANCER)];
  const texts = byField || annotation?.trim() === '' ? ranges : (annotation ?? '').split(',');
  texts.forEach((text, index) => {
    const range = text.trim();
    if (isCIDR(range)) return;
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    errors.push(invalid(byField ? path.index(index) : path, range, detail));
  });
  return errors;
}

function validateLoadBalancer({ metadata, spec }: Service): FieldError[] {
  const balancer = spec.type === 'LoadBalancer';
  const errors = validateSourceRanges(spec, metadata.annotations?.[SOURCE_RANGES_ANNOTATION]);
  const allocate = SPEC.child('allocateLoadBalancerNodePorts');
  if (balancer && spec.allocateLoadBalancerNodePorts === undefined) errors.push(required(allocate));
  if (!balancer && spec.allocateLoadBalancerNodePorts !== undefined)
    errors.push(forbidden(allocate, ONLY_LOAD_BALANCER));
  const { loadBalancerClass } = spec;
  if (loadBalancerClass !== undefined) {
    const path = SPEC.child('loadBalancerClass');
    if (!balancer) errors.push(forbidden(path, ONLY_LOAD_BALANCER));
    else
      for (const message of qualifiedNameErrors(loadBalancerClass))
        errors.push(invalid(path, loadBalancerClass, message));
  }
  return errors;
}

/** Models validateServiceExternalTrafficPolicy. */
function validateExternalTraffic(service: Service): FieldError[] {
  const { externalTrafficPolicy, healthCheckNodePort } = service.spec;
  const path = SPEC.child('externalTrafficPolicy');
  const errors: FieldError[] = [];
  if (!isExternallyAccessible(service)) {
    if (externalTrafficPolicy) {
      errors.push(invalid(path, externalTrafficPolicy, 'may only be set for externally-accessible services'));
    }
  } else if (!externalTrafficPolicy) errors.push(required(path));
  else if (!POLICIES.includes(externalTrafficPolicy))
    errors.push(notSupported(path, externalTrafficPolicy, POLICIES));
  if (healthCheckNodePort && !needsHealthCheckPort(service)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid(SPEC.child('healthCheckNodePort'), healthCheckNodePort, detail));
  }
  return errors;
}

function validateInternalTraffic({ spec }: Service): FieldError[] {
  const { internalTrafficPolicy: policy, trafficDistribution } = spec;
  const path = SPEC.child('internalTrafficPolicy');
  const errors: FieldError[] = [];
  if (policy === undefined) {
    if (spec.type !== 'ExternalName') errors.push(required(path));
  } else if (!POLICIES.includes(policy)) errors.push(notSupported(path, policy, POLICIES));
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported(SPEC.child('trafficDistribution'), trafficDistribution, DISTRIBUTIONS));
  }
  return errors;
}
