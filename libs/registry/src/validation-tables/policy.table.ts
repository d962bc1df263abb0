import { LABEL_KEY, NOT_NEGATIVE, SUBDOMAIN } from './messages';
import { accepted, refused, updateAccepted, updateRefused, type Table } from './table';

const CORE = 'pkg/apis/core/validation/validation_test.go';
const spec = (fields: object) => ({ spec: fields });
const hard = (amounts: object) => spec({ hard: amounts });
const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
const scopes = (...list: string[]) => spec({ hard: { cpu: '100' }, scopes: list });
const limit = (item: object) => spec({ limits: [item] });

export const POD_DISRUPTION_BUDGET: Table = {
  source: 'pkg/apis/policy/validation/validation_test.go',
  url: '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
  good: {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'abc', namespace: 'default' },
    spec: { minAvailable: '50%' },
  },
  rows: [
    refused(
      'TestValidatePodDisruptionBudgetSpec "both set"',
      spec({ minAvailable: '0%', maxUnavailable: '10%' }),
      'spec: Invalid value: {"MinAvailable":"0%","MaxUnavailable":"10%","Selector":null,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ),
    refused(
      'TestValidateMinAvailablePodDisruptionBudgetSpec "1.1%"',
      spec({ minAvailable: '1.1%' }),
      `spec.minAvailable: Invalid value: "1.1%": ${PERCENT}`,
    ),
    refused(
      'TestValidateMinAvailablePodDisruptionBudgetSpec "nope"',
      spec({ minAvailable: 'nope' }),
      `spec.minAvailable: Invalid value: "nope": ${PERCENT}`,
    ),
    refused(
      'TestValidateMinAvailablePodDisruptionBudgetSpec "101%"',
      spec({ minAvailable: '101%' }),
      'spec.minAvailable: Invalid value: "101%": must not be greater than 100%',
    ),
    refused(
      'TestValidateMinAvailablePodDisruptionBudgetSpec -1',
      spec({ minAvailable: -1 }),
      `spec.minAvailable: Invalid value: -1: ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateUnhealthyPodEvictionPolicyDisruptionBudgetSpec "fail"',
      spec({ unhealthyPodEvictionPolicy: 'Invalid' }),
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Invalid": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ),
    updateAccepted(
      'TestValidatePodDisruptionBudgetUpdate "bounds may change"',
      {},
      spec({ minAvailable: 2 }),
      { metadata: { generation: 2 } },
    ),
  ],
};

export const RESOURCE_QUOTA: Table = {
  source: CORE,
  url: '/api/v1/namespaces/default/resourcequotas',
  good: {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'abc', namespace: 'default' },
    spec: { hard: { cpu: '100', memory: '10000', pods: '10', services: '0' } },
  },
  rows: [
    refused(
      'TestValidateResourceQuota "zero-length Name"',
      { metadata: { name: '' } },
      'metadata.name: Required value: name or generateName is required',
    ),
    refused(
      'TestValidateResourceQuota "invalid Name"',
      { metadata: { name: '^Invalid' } },
      `metadata.name: Invalid value: "^Invalid": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateResourceQuota "negative-limits"',
      hard({ cpu: '-100', pods: '-10' }),
      `spec.hard[cpu]: Invalid value: "-100": ${NOT_NEGATIVE}`,
      `spec.hard[pods]: Invalid value: "-10": ${NOT_NEGATIVE}`,
    ),
    refused(
      'TestValidateResourceQuota "fractional-api-resource"',
      hard({ pods: '.1', services: '.5' }),
      'spec.hard[pods]: Invalid value: "100m": must be an integer',
      'spec.hard[services]: Invalid value: "500m": must be an integer',
    ),
    refused(
      'TestValidateResourceQuota "invalid-quota-resource"',
      hard({ storage: '10' }),
      'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
    ),
    refused(
      'TestValidateResourceQuota "invalid-quota-terminating-pair"',
      {
        spec: {
          hard: { pods: null, services: null, memory: null },
          scopes: ['Terminating', 'NotTerminating'],
        },
      },
      'spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes',
    ),
    refused(
      'TestValidateResourceQuota "invalid-quota-besteffort-pair"',
      {
        spec: { hard: { cpu: null, services: null, memory: null }, scopes: ['BestEffort', 'NotBestEffort'] },
      },
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ),
    refused(
      'TestValidateResourceQuota "invalid-quota-scope-name"',
      scopes('foo'),
      'spec.scopes: Invalid value: ["foo"]: unsupported scope',
    ),
    refused(
      'TestValidateResourceQuota "best-effort-spec" with a resource that no such pod has',
      { spec: { hard: { services: null, memory: null }, scopes: ['BestEffort'] } },
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ),
    refused(
      'TestValidateResourceQuota "invalid-cross-namespace-affinity"',
      {
        spec: {
          hard: null,
          scopeSelector: {
            matchExpressions: [
              { scopeName: 'CrossNamespacePodAffinity', operator: 'In', values: ['cluster-services'] },
            ],
          },
        },
      },
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be \'Exists\' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity',
    ),
    accepted(
      'TestValidateResourceQuota "no-scope": names of a vendor, and counts',
      hard({ 'count/resourceclaims.resource.k8s.io': '1', 'gold.deviceclass.resource.k8s.io/devices': '1' }),
    ),
    accepted('TestValidateResourceQuota "fractional-compute-spec"', hard({ cpu: '100m' })),
    updateRefused(
      'TestValidateResourceQuotaUpdate "scopes are immutable"',
      { spec: { hard: { services: null } } },
      { spec: { scopes: ['Terminating'] } },
      'spec.scopes: Invalid value: ["Terminating"]: field is immutable',
    ),
  ],
};

export const LIMIT_RANGE: Table = {
  source: CORE,
  url: '/api/v1/namespaces/default/limitranges',
  good: {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'abc', namespace: 'default' },
    spec: { limits: [{ type: 'Container', max: { cpu: '100m' } }] },
  },
  rows: [
    refused(
      'TestValidateLimitRange "invalid-name"',
      { metadata: { name: '^Invalid' } },
      `metadata.name: Invalid value: "^Invalid": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateLimitRange "duplicate-limit-type"',
      spec({
        limits: [
          { type: 'Pod', max: { cpu: '100m' } },
          { type: 'Pod', min: { cpu: '10m' } },
        ],
      }),
      'spec.limits[1].type: Duplicate value: "Pod"',
    ),
    refused(
      'TestValidateLimitRange "default-limit-type-pod"',
      limit({ type: 'Pod', max: { cpu: '100m' }, default: { cpu: '10m' } }),
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
    ),
    refused(
      'TestValidateLimitRange "default-request-limit-type-pod"',
      limit({ type: 'Pod', max: { cpu: '100m' }, defaultRequest: { cpu: '10m' } }),
      "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
    ),
    refused(
      'TestValidateLimitRange "min value 100m is greater than max value 10m"',
      limit({ type: 'Pod', max: { cpu: '10m' }, min: { cpu: '100m' } }),
      'spec.limits[0].min[cpu]: Invalid value: "100m": min value 100m is greater than max value 10m',
    ),
    refused(
      'TestValidateLimitRange "invalid spec default outside range"',
      limit({ type: 'Container', max: { cpu: '1' }, min: { cpu: '100m' }, default: { cpu: '2000m' } }),
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1',
      'spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1',
    ),
    refused(
      'TestValidateLimitRange "invalid spec default request outside range"',
      limit({ type: 'Container', max: { cpu: '1' }, min: { cpu: '100m' }, defaultRequest: { cpu: '2000m' } }),
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1',
    ),
    refused(
      'TestValidateLimitRange "invalid spec maxLimitRequestRatio less than 1"',
      limit({ type: 'Pod', maxLimitRequestRatio: { cpu: '800m' } }),
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "800m": ratio 800m is less than 1',
    ),
    refused(
      'TestValidateLimitRange "invalid spec defaultrequest more than default"',
      limit({
        type: 'Container',
        max: { cpu: '2' },
        min: { cpu: '100m' },
        default: { cpu: '500m' },
        defaultRequest: { cpu: '800m' },
      }),
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "800m": default request value 800m is greater than default limit value 500m',
    ),
    refused(
      'TestValidateLimitRange "invalid spec maxLimitRequestRatio greater than max/min"',
      limit({
        type: 'Container',
        max: { memory: '2Gi' },
        min: { memory: '512Mi' },
        maxLimitRequestRatio: { memory: '10' },
      }),
      'spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "10": ratio 10 is greater than max/min = 4.000000',
    ),
    refused(
      'TestValidateLimitRange "invalid non standard limit type"',
      limit({ type: 'foo', max: { cpu: '10m' } }),
      'spec.limits[0].type: Invalid value: "foo": must be a standard limit type or fully qualified',
    ),
    refused(
      'TestValidateLimitRange "min and max values missing, one required"',
      limit({ type: 'PersistentVolumeClaim' }),
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ),
    accepted(
      'TestValidateLimitRange "all-fields-valid": what it gets by default',
      limit({ type: 'Container', max: { cpu: '1' }, min: { cpu: '100m' } }),
      { spec: { limits: [{ default: { cpu: '1' }, defaultRequest: { cpu: '1' } }] } },
    ),
  ],
};

export const PRIORITY_CLASS: Table = {
  source: 'pkg/apis/scheduling/validation/validation_test.go',
  url: '/apis/scheduling.k8s.io/v1/priorityclasses',
  good: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'tier1' },
    value: 100,
  },
  rows: [
    refused(
      'TestValidatePriorityClass "with invalid name"',
      { metadata: { name: 'tier&1' } },
      `metadata.name: Invalid value: "tier&1": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidatePriorityClass "incorrect system class name"',
      { metadata: { name: 'system-cluster-something' } },
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-cluster-something is not a known system priority class",
    ),
    refused(
      'TestValidatePriorityClass "with large value"',
      { value: 1_000_000_001 },
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ),
    refused(
      'TestValidatePriorityClass "bad preemption policy"',
      { preemptionPolicy: 'Sometimes' },
      'preemptionPolicy: Unsupported value: "Sometimes": supported values: "Never", "PreemptLowerPriority"',
    ),
    accepted(
      'TestValidatePriorityClass "correct": what it gets by default',
      {},
      { preemptionPolicy: 'PreemptLowerPriority' },
    ),
    updateRefused(
      'TestValidatePriorityClassUpdate "change value"',
      {},
      { value: 101 },
      'value: Forbidden: may not be changed in an update.',
    ),
    updateRefused(
      'TestValidatePriorityClassUpdate "change preemptionPolicy"',
      {},
      { preemptionPolicy: 'Never' },
      'preemptionPolicy: Invalid value: "Never": field is immutable',
    ),
  ],
};

export const RUNTIME_CLASS: Table = {
  source: 'pkg/apis/node/validation/validation_test.go',
  url: '/apis/node.k8s.io/v1/runtimeclasses',
  good: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'foo' }, handler: 'bar' },
  rows: [
    refused('TestValidateRuntimeClass "empty handler"', { handler: '' }, 'handler: Required value'),
    refused(
      'TestValidateRuntimeClass "invalid name"',
      { metadata: { name: '&!@#' } },
      `metadata.name: Invalid value: "&!@#": ${SUBDOMAIN}`,
    ),
    updateRefused(
      'TestValidateRuntimeUpdate "changed handler"',
      {},
      { handler: 'somethingelse' },
      'handler: Invalid value: "somethingelse": field is immutable',
    ),
    updateRefused(
      'TestValidateRuntimeUpdate "invalid label"',
      {},
      { metadata: { labels: { 'a=b': 'c' } } },
      `metadata.labels: Invalid value: "a=b": ${LABEL_KEY}`,
    ),
  ],
};
