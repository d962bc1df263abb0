import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123SubdomainErrors,
  invalid,
  nameIsDns1035Label,
  notSupported,
  portNameErrors,
  portNumberErrors,
  required,
  wildcardDns1123SubdomainErrors,
} from '@podlab/apimachinery';
import { isIP, validateIP } from '../../validation/addresses';
import { validateTypedReference } from '../typed-reference';

/** The way to name a class before `spec.ingressClassName`. */
export const INGRESS_CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const SPEC = Path.of('spec');
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const INVALID_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const INVALID_SUFFIXES = ['/..', '/.'];

/** Models pkg/apis/networking/validation ValidateIngressCreate. */
export function validateIngress(ingress: Ingress): FieldError[] {
  const errors = validateIngressSpec(ingress);
  const annotation = ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION];
  const { ingressClassName } = ingress.spec;
  if (annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName) {
    const path = Path.of('annotations').child(INGRESS_CLASS_ANNOTATION);
    errors.push(invalid(path, annotation, 'must match `ingressClassName` when both are specified'));
  }
  return errors;
}

/** Models pkg/apis/networking/validation ValidateIngressUpdate. */
export function validateIngressUpdate(ingress: Ingress): FieldError[] {
  return validateIngressSpec(ingress);
}

/** Models pkg/apis/networking/validation ValidateIngressSpec. */
function validateIngressSpec({ spec }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  const rules = spec.rules ?? [];
  if (rules.length === 0 && !spec.defaultBackend)
    errors.push(invalid(SPEC, spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, SPEC.child('defaultBackend')));
  rules.forEach((rule, index) => errors.push(...validateRule(rule, SPEC.child('rules').index(index))));
  (spec.tls ?? []).forEach((tls, index) => errors.push(...validateTls(tls, SPEC.child('tls').index(index))));
  if (spec.ingressClassName !== undefined)
    errors.push(...named(dns1123SubdomainErrors, spec.ingressClassName, SPEC.child('ingressClassName')));
  return errors;
}

function named(rule: (value: string) => string[], value: string, path: Path): FieldError[] {
  return rule(value).map((message) => invalid(path, value, message));
}

function validateHost(host: string, path: Path): FieldError[] {
  return named(host.includes('*') ? wildcardDns1123SubdomainErrors : dns1123SubdomainErrors, host, path);
}

function validateTls({ hosts = [], secretName }: IngressTLS, path: Path): FieldError[] {
  const errors = hosts.flatMap((host, index) => validateHost(host, path.child('hosts').index(index)));
  if (secretName) errors.push(...named(dns1123SubdomainErrors, secretName, path.child('secretName')));
  return errors;
}

/** Models pkg/apis/networking/validation validateIngressRules. */
function validateRule({ host, http }: IngressRule, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (host) {
    if (isIP(host)) errors.push(invalid(path.child('host'), host, 'must be a DNS name, not an IP address'));
    errors.push(...validateHost(host, path.child('host')));
  }
  if (!http) return errors;
  const paths = path.child('http', 'paths');
  if (!http.paths?.length) errors.push(required(paths));
  (http.paths ?? []).forEach((each, index) => errors.push(...validatePath(each, paths.index(index))));
  return errors;
}

/** Models pkg/apis/networking/validation validateHTTPIngressPath. */
function validatePath({ path: text = '', pathType, backend }: HTTPIngressPath, path: Path): FieldError[] {
  if (!pathType) return [required(path.child('pathType'), 'pathType must be specified')];
  const errors: FieldError[] = [];
  const at = path.child('path');
  if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(path.child('pathType'), pathType, PATH_TYPES));
  else if (pathType === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) errors.push(invalid(at, text, 'must be an absolute path'));
  } else {
    if (!text.startsWith('/')) errors.push(invalid(at, text, 'must be an absolute path'));
    for (const sequence of INVALID_SEQUENCES)
      if (text.includes(sequence)) errors.push(invalid(at, text, `must not contain '${sequence}'`));
    for (const suffix of INVALID_SUFFIXES)
      if (text.endsWith(suffix)) errors.push(invalid(at, text, `cannot end with '${suffix}'`));
  }
  return [...errors, ...validateBackend(backend ?? {}, path.child('backend'))];
}

/** Models pkg/apis/networking/validation validateIngressBackend. */
function validateBackend({ resource, service }: IngressBackend, path: Path): FieldError[] {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateTypedReference(resource, path.child('resource'));
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(path.child('service', 'name')));
  else
    errors.push(
      ...named((name) => nameIsDns1035Label(name, false), service.name, path.child('service', 'name')),
    );
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...named(portNameErrors, name, path.child('service', 'port', 'name')));
  else if (number)
    for (const message of portNumberErrors(number))
      errors.push(invalid(path.child('service', 'port', 'number'), number, message));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

/** Models pkg/apis/networking/validation ValidateIngressLoadBalancerStatus. */
export function validateIngressStatus({ status }: Ingress): FieldError[] {
  const path = Path.of('status', 'loadBalancer', 'ingress');
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, index) => {
    const at = path.index(index);
    const errors = ip ? validateIP(ip, at.child('ip')) : [];
    if (!hostname) return errors;
    errors.push(...named(dns1123SubdomainErrors, hostname, at.child('hostname')));
    if (isIP(hostname))
      errors.push(invalid(at.child('hostname'), hostname, 'must be a DNS name, not an IP address'));
    return errors;
  });
}
