import type { Pod, PodSpec, Toleration, TopologySpreadConstraint } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  duplicate,
  invalid,
  labelNameFieldErrors,
  labelValueErrors,
  notSupported,
  required,
  validateLabelSelector,
  validateLabels,
} from '@podlab/apimachinery';
import { validateIP } from '../../validation/addresses';
import { validateNonNegative } from '../../validation/ports';
import { validateAffinity } from './validation-affinity';
import { validateContainers } from './validation-container';
import { validateVolumes } from './validation-volume';

/** Models pkg/apis/core/validation ValidatePodCreate and ValidatePodSpec. */
export function validatePod(pod: Pod): FieldError[] {
  return validatePodSpec(pod.spec, Path.of('spec'));
}

export function validatePodSpec(spec: PodSpec, path: Path): FieldError[] {
  const volumes = validateVolumes(spec.volumes ?? [], path.child('volumes'));
  return [
    ...volumes.errors,
    ...validateContainers(spec, volumes.names, path),
    ...validatePolicies(spec, path),
    ...validateLabels(spec.nodeSelector, path.child('nodeSelector')),
    ...validateNames(spec, path),
    ...validateTolerations(spec.tolerations ?? [], path.child('tolerations')),
    ...validateHostAliases(spec, path.child('hostAliases')),
    ...validateDnsConfig(spec, path),
    ...validateSpread(spec.topologySpreadConstraints ?? [], path.child('topologySpreadConstraints')),
    ...(spec.affinity ? validateAffinity(spec.affinity, path.child('affinity')) : []),
  ];
}

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'].sort();

function validatePolicies(spec: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.restartPolicy) errors.push(required(path.child('restartPolicy')));
  else if (!RESTART_POLICIES.includes(spec.restartPolicy)) {
    errors.push(notSupported(path.child('restartPolicy'), spec.restartPolicy, RESTART_POLICIES));
  }
  if (!spec.dnsPolicy) errors.push(required(path.child('dnsPolicy')));
  else if (!DNS_POLICIES.includes(spec.dnsPolicy)) {
    errors.push(notSupported(path.child('dnsPolicy'), spec.dnsPolicy, DNS_POLICIES));
  }
  errors.push(
    ...validateNonNegative(spec.terminationGracePeriodSeconds, path.child('terminationGracePeriodSeconds')),
  );
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > 2_147_483_647)) {
    errors.push(
      invalid(path.child('activeDeadlineSeconds'), deadline, 'must be between 1 and 2147483647, inclusive'),
    );
  }
  return errors;
}

function validateNames(spec: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const check = (field: string, value: string | undefined, rule: (value: string) => string[]) => {
    for (const message of value ? rule(value) : []) errors.push(invalid(path.child(field), value, message));
  };
  check('serviceAccountName', spec.serviceAccountName, dns1123SubdomainErrors);
  check('nodeName', spec.nodeName, dns1123SubdomainErrors);
  check('hostname', spec.hostname, dns1123LabelErrors);
  check('subdomain', spec.subdomain, dns1123LabelErrors);
  check('priorityClassName', spec.priorityClassName, dns1123SubdomainErrors);
  (spec.imagePullSecrets ?? []).forEach(({ name }, index) => {
    if (!name) errors.push(required(path.child('imagePullSecrets').index(index).child('name')));
  });
  return errors;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const TOLERATION_OPERATORS = ['Equal', 'Exists'];

/** Models pkg/apis/core/validation ValidateTolerations. */
function validateTolerations(tolerations: readonly Toleration[], path: Path): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, path.index(index)));
}

function validateToleration(
  { key, operator, value, effect, tolerationSeconds }: Toleration,
  at: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (key) errors.push(...labelNameFieldErrors(key, at.child('key')));
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(at.child('operator'), operator ?? '', detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalid(at.child('effect'), effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  }
  if (!operator || operator === 'Equal') {
    for (const message of labelValueErrors(value ?? ''))
      errors.push(invalid(at.child('operator'), value, message));
  } else if (operator === 'Exists') {
    if (value)
      errors.push(
        invalid(
          at.child('operator'),
          { key, operator, value, effect },
          "value must be empty when `operator` is 'Exists'",
        ),
      );
  } else errors.push(notSupported(at.child('operator'), operator, TOLERATION_OPERATORS));
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(at.child('effect'), effect, EFFECTS));
  return errors;
}

function validateHostAliases({ hostAliases = [] }: PodSpec, path: Path): FieldError[] {
  return hostAliases.flatMap(({ ip, hostnames = [] }, index) => {
    const at = path.index(index);
    const names = hostnames.flatMap((name) =>
      dns1123SubdomainErrors(name).map((message) => invalid(at.child('hostnames'), name, message)),
    );
    return [...validateIP(ip, at.child('ip')), ...names];
  });
}

/** Models pkg/apis/core/validation validatePodDNSConfig. */
function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, path: Path): FieldError[] {
  const at = path.child('dnsConfig');
  const servers = dnsConfig?.nameservers ?? [];
  const errors: FieldError[] = [];
  if (dnsPolicy === 'None' && !dnsConfig) {
    errors.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (dnsPolicy === 'None' && servers.length === 0) {
    errors.push(
      required(at.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
    );
  }
  if (servers.length > 3)
    errors.push(invalid(at.child('nameservers'), servers, 'must not have more than 3 nameservers'));
  servers.forEach((server, index) =>
    errors.push(...validateIP(server, at.child('nameservers').index(index))),
  );
  (dnsConfig?.searches ?? []).forEach((search, index) => {
    const name = search === '.' ? 'a' : search.replace(/\.$/, '');
    for (const message of dns1123SubdomainErrors(name.replace(/_/g, '-'))) {
      errors.push(invalid(at.child('searches').index(index), search, message));
    }
  });
  (dnsConfig?.options ?? []).forEach((option, index) => {
    if (!option.name) errors.push(required(at.child('options').index(index), 'must not be empty'));
  });
  return errors;
}

const UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];

/** Models pkg/apis/core/validation validateTopologySpreadConstraints. */
function validateSpread(constraints: readonly TopologySpreadConstraint[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  constraints.forEach((constraint, index) => {
    const at = path.index(index);
    const { maxSkew, topologyKey, whenUnsatisfiable } = constraint;
    if (!(maxSkew > 0)) errors.push(invalid(at.child('maxSkew'), maxSkew ?? 0, 'must be greater than zero'));
    if (!topologyKey) errors.push(required(at.child('topologyKey'), 'can not be empty'));
    else errors.push(...labelNameFieldErrors(topologyKey, at.child('topologyKey')));
    if (!UNSATISFIABLE.includes(whenUnsatisfiable)) {
      errors.push(notSupported(at.child('whenUnsatisfiable'), whenUnsatisfiable ?? '', UNSATISFIABLE));
    }
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(duplicate(at.child('{topologyKey, whenUnsatisfiable}'), pair));
    seen.add(pair);
    errors.push(...validateLabelSelector(constraint.labelSelector, at.child('labelSelector')));
  });
  return errors;
}
