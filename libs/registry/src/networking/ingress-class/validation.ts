import type { IngressClass, IngressClassParametersReference } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  forbidden,
  immutable,
  invalid,
  notSupported,
  patternMessage,
  required,
  tooLong,
} from '@podlab/apimachinery';
import { validateTypedReference } from '../typed-reference';

const SPEC = Path.of('spec');
const CONTROLLER_LENGTH = 250;
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH_PATTERN = new RegExp(`^${HTTP_PATH}$`);

/** Models pkg/apis/networking/validation ValidateIngressClass. */
export function validateIngressClass({ spec: { controller, parameters } }: IngressClass): FieldError[] {
  const path = SPEC.child('controller');
  const errors: FieldError[] = [];
  if (!controller) errors.push(required(path));
  else {
    if (controller.length > CONTROLLER_LENGTH) errors.push(tooLong(path, CONTROLLER_LENGTH));
    errors.push(...domainPrefixedPathErrors(controller, path));
  }
  if (parameters) errors.push(...validateParameters(parameters, SPEC.child('parameters')));
  return errors;
}

/** Models pkg/apis/networking/validation ValidateIngressClassUpdate. */
export function validateIngressClassUpdate(ingressClass: IngressClass, old: IngressClass): FieldError[] {
  const { controller } = ingressClass.spec;
  const changed = controller === old.spec.controller ? [] : [immutable(SPEC.child('controller'), controller)];
  return [...changed, ...validateIngressClass(ingressClass)];
}

/** Models apimachinery pkg/util/validation IsDomainPrefixedPath. */
function domainPrefixedPathErrors(text: string, path: Path): FieldError[] {
  const slash = text.indexOf('/');
  const [host, rest] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash <= 0 || rest === '')
    return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = dns1123SubdomainErrors(host).map((message) => invalid(path, host, message));
  if (!HTTP_PATH_PATTERN.test(rest))
    errors.push(invalid(path, rest, patternMessage('Invalid path', HTTP_PATH)));
  return errors;
}

/** Models pkg/apis/networking/validation validateIngressClassParametersReference. */
function validateParameters(parameters: IngressClassParametersReference, path: Path): FieldError[] {
  const errors = validateTypedReference(parameters, path);
  const { scope, namespace } = parameters;
  if (scope !== 'Cluster' && scope !== 'Namespace')
    return [...errors, notSupported(path.child('scope'), scope, ['Cluster', 'Namespace'])];
  const at = path.child('namespace');
  if (scope === 'Cluster') {
    if (namespace !== undefined) errors.push(forbidden(at, "`parameters.scope` is set to 'Cluster'"));
    return errors;
  }
  if (namespace === undefined) errors.push(required(at, "`parameters.scope` is set to 'Namespace'"));
  else for (const message of dns1123LabelErrors(namespace)) errors.push(invalid(at, namespace, message));
  return errors;
}
