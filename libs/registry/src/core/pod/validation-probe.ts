import type { Container, LifecycleHandler, Probe } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { forbidden, httpHeaderNameErrors, invalid, notSupported, required } from '@podlab/apimachinery';
import { validateNonNegative, validatePortNumber, validatePortNumberOrName } from '../../validation/ports';

const SCHEMES = ['HTTP', 'HTTPS'];

/** Models pkg/apis/core/validation validateLivenessProbe and its sisters. */
export function validateProbes(container: Container, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[field];
    if (!probe) continue;
    const at = path.child(field);
    errors.push(...validateProbe(probe, at));
    if (field === 'readinessProbe') {
      if (probe.terminationGracePeriodSeconds !== undefined) {
        const detail = 'must not be set for readinessProbes';
        errors.push(
          invalid(at.child('terminationGracePeriodSeconds'), probe.terminationGracePeriodSeconds, detail),
        );
      }
    } else if ((probe.successThreshold ?? 1) !== 1) {
      errors.push(invalid(at.child('successThreshold'), probe.successThreshold, 'must be 1'));
    }
  }
  return errors;
}

function validateProbe(probe: Probe, path: Path): FieldError[] {
  const errors = validateHandler(probe, path);
  const times = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const;
  for (const field of times) errors.push(...validateNonNegative(probe[field], path.child(field)));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  }
  return errors;
}

export function validateLifecycle({ lifecycle }: Container, path: Path): FieldError[] {
  if (!lifecycle) return [];
  const at = path.child('lifecycle');
  return [
    ...(lifecycle.postStart ? validateHandler(lifecycle.postStart, at.child('postStart')) : []),
    ...(lifecycle.preStop ? validateHandler(lifecycle.preStop, at.child('preStop')) : []),
  ];
}

/** Models pkg/apis/core/validation validateHandler. */
function validateHandler(handler: Probe & LifecycleHandler, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  let handlers = 0;
  const next = (field: string, check: () => FieldError[]) => {
    if (handlers++ > 0) errors.push(forbidden(path.child(field), 'may not specify more than 1 handler type'));
    else errors.push(...check());
  };
  if (exec) {
    next('exec', () => (exec.command?.length ? [] : [required(path.child('exec', 'command'))]));
  }
  if (httpGet) next('httpGet', () => validateHttpGet(httpGet, path.child('httpGet')));
  if (tcpSocket)
    next('tcpSocket', () => validatePortNumberOrName(tcpSocket.port, path.child('tcpSocket', 'port')));
  if (grpc) next('grpc', () => validatePortNumber(grpc.port, path.child('grpc', 'port')));
  if (sleep) next('sleep', () => []);
  if (handlers === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function validateHttpGet(action: NonNullable<Probe['httpGet']>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(required(path.child('path')));
  errors.push(...validatePortNumberOrName(action.port, path.child('port')));
  if (!SCHEMES.includes(action.scheme ?? ''))
    errors.push(notSupported(path.child('scheme'), action.scheme ?? '', SCHEMES));
  (action.httpHeaders ?? []).forEach(({ name }) => {
    for (const message of httpHeaderNameErrors(name))
      errors.push(invalid(path.child('httpHeaders'), name, message));
  });
  return errors;
}
