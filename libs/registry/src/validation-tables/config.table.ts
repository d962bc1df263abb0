import { CONFIG_KEY, LABEL_KEY, SUBDOMAIN } from './messages';
import { accepted, refused, updateAccepted, updateRefused, type Table } from './table';

const SOURCE = 'pkg/apis/core/validation/validation_test.go';
const BAR = 'YmFy';
const IMMUTABLE = 'Forbidden: field is immutable when `immutable` is set';
const ANNOTATION = 'kubernetes.io/service-account.name';
const taints = (...list: object[]) => ({ spec: { taints: list } });

export const CONFIG_MAP: Table = {
  source: SOURCE,
  url: '/api/v1/namespaces/default/configmaps',
  good: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'validname', namespace: 'default' },
    data: {},
  },
  rows: [
    refused(
      'TestValidateConfigMap "name too long"',
      { metadata: { name: 'a'.repeat(254) } },
      `metadata.name: Invalid value: "${'a'.repeat(254)}": must be no more than 253 bytes`,
    ),
    refused(
      'TestValidateConfigMap "key starts with a double dot"',
      { data: { '..': 'value' } },
      'data[..]: Invalid value: "..": must not be \'..\'',
    ),
    refused(
      'TestValidateConfigMap "key longer than 253"',
      { data: { ['a'.repeat(254)]: 'value' } },
      `data[${'a'.repeat(254)}]: Invalid value: "${'a'.repeat(254)}": must be no more than 253 bytes`,
    ),
    refused(
      'TestValidateConfigMap "key is non-DNS"',
      { data: { 'a*b': 'value' } },
      `data[a*b]: Invalid value: "a*b": ${CONFIG_KEY}`,
    ),
    refused(
      'TestValidateConfigMap "same key in data and binaryData"',
      { data: { key: 'value' }, binaryData: { key: BAR } },
      'data[key]: Invalid value: "key": duplicate of key present in binaryData',
    ),
    refused(
      'TestValidateConfigMap "payload is too large"',
      { data: { key: 'a'.repeat(1_048_577) } },
      ': Too long: may not be more than 1048576 bytes',
    ),
    accepted('TestValidateConfigMap "leading dot in key", "no dot"', {
      data: { '.ab': 'value', ab: 'value' },
    }),
    updateRefused(
      'TestValidateConfigMapUpdate "mark immutable configmap mutable"',
      { immutable: true },
      { immutable: false },
      `immutable: ${IMMUTABLE}`,
    ),
    updateRefused(
      'TestValidateConfigMapUpdate "change data in immutable configmap"',
      { immutable: true },
      { data: { other: 'x' } },
      `data: ${IMMUTABLE}`,
    ),
    updateAccepted(
      'TestValidateConfigMapUpdate "mark configmap immutable"',
      {},
      { immutable: true },
      { immutable: true },
    ),
  ],
};

export const SECRET: Table = {
  source: SOURCE,
  url: '/api/v1/namespaces/default/secrets',
  good: {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'foo', namespace: 'default' },
    data: { 'data-1': BAR },
  },
  rows: [
    refused(
      'TestValidateSecret "empty name"',
      { metadata: { name: '' } },
      'metadata.name: Required value: name or generateName is required',
    ),
    refused(
      'TestValidateSecret "invalid name"',
      { metadata: { name: 'NoUppercaseOrSpecialCharsLike=Equals' } },
      `metadata.name: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateSecret "invalid key"',
      { data: { 'a*b': BAR } },
      `data[a*b]: Invalid value: "a*b": ${CONFIG_KEY}`,
    ),
    refused(
      'TestValidateSecret "over max size"',
      { data: { over: 'A'.repeat(1_398_108) } },
      'data: Too long: may not be more than 1048576 bytes',
    ),
    refused(
      'TestValidateSecret "dot key"',
      { data: { '.': BAR } },
      'data[.]: Invalid value: ".": must not be \'.\'',
    ),
    refused(
      'TestValidateSecret "double dot key"',
      { data: { '..': BAR } },
      'data[..]: Invalid value: "..": must not be \'..\'',
    ),
    accepted('TestValidateSecret "leading dot key"', { data: { '.key': BAR } }, { type: 'Opaque' }),
    refused(
      'TestValidateSecret "missing service-account-token annotation"',
      { type: 'kubernetes.io/service-account-token' },
      `metadata.annotations[${ANNOTATION}]: Required value`,
    ),
    refused(
      'TestValidateDockerConfigSecret "missing dockercfg"',
      { type: 'kubernetes.io/dockercfg' },
      'data[.dockercfg]: Required value',
    ),
    refused(
      'TestValidateDockerConfigSecret "invalid dockercfg"',
      { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': BAR } },
      'data[.dockercfg]: Invalid value: "<secret contents redacted>": invalid character \'b\' looking for beginning of value',
    ),
    refused(
      'TestValidateDockerConfigSecret "missing dockerconfigjson"',
      { type: 'kubernetes.io/dockerconfigjson' },
      'data[.dockerconfigjson]: Required value',
    ),
    refused(
      'TestValidateSSHAuthSecret "missing ssh-privatekey"',
      { type: 'kubernetes.io/ssh-auth' },
      'data[ssh-privatekey]: Required value',
    ),
    refused(
      'TestValidateBasicAuthSecret "missing username and password"',
      { type: 'kubernetes.io/basic-auth' },
      'data[username]: Required value',
      'data[password]: Required value',
    ),
    refused(
      'TestValidateSecret "tls without its files"',
      { type: 'kubernetes.io/tls' },
      'data[tls.crt]: Required value',
      'data[tls.key]: Required value',
    ),
    updateRefused(
      'TestValidateSecretUpdate "makr immutable secret mutable"',
      { immutable: true },
      { immutable: false },
      `immutable: ${IMMUTABLE}`,
    ),
    updateRefused(
      'TestValidateSecretUpdate "change data in immutable secret"',
      { immutable: true },
      { data: { 'data-1': 'Zm9v' } },
      `data: ${IMMUTABLE}`,
    ),
    updateAccepted(
      'TestValidateSecretUpdate "add data in secret"',
      {},
      { data: { 'data-2': 'YmF6' } },
      { data: { 'data-1': BAR, 'data-2': 'YmF6' } },
    ),
  ],
};

export const NAMESPACE: Table = {
  source: SOURCE,
  url: '/api/v1/namespaces',
  good: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'abc' } },
  rows: [
    refused(
      'TestValidateNamespace "zero-length name"',
      { metadata: { name: '' } },
      'metadata.name: Required value: name or generateName is required',
    ),
    refused(
      'TestValidateNamespace "invalid-labels"',
      { metadata: { labels: { 'NoUppercaseOrSpecialCharsLike=Equals': 'b' } } },
      `metadata.labels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    accepted(
      'TestValidateNamespace "abc-123" with finalizers',
      { metadata: { name: 'abc-123' }, spec: { finalizers: ['example.com/something', 'example.com/other'] } },
      { spec: { finalizers: ['example.com/something', 'example.com/other', 'kubernetes'] } },
    ),
    updateAccepted(
      'TestValidateNamespaceUpdate "labels change"',
      { metadata: { labels: { foo: 'bar' } } },
      { metadata: { labels: { foo: 'baz' } } },
      { metadata: { labels: { foo: 'baz', 'kubernetes.io/metadata.name': 'abc' } } },
    ),
  ],
};

export const NODE: Table = {
  source: SOURCE,
  url: '/api/v1/nodes',
  good: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'abc' }, spec: {} },
  rows: [
    refused(
      'TestValidateNode "zero-length Name"',
      { metadata: { name: '' } },
      'metadata.name: Required value: name or generateName is required',
    ),
    refused(
      'TestValidateNode "invalid-labels"',
      { metadata: { labels: { 'NoUppercaseOrSpecialCharsLike=Equals': 'b' } } },
      `metadata.labels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateNode "missing-taint-key"',
      taints({ key: '', value: 'special-user-1', effect: 'NoSchedule' }),
      'metadata.taints[0].key: Invalid value: "": name part must be non-empty',
      `metadata.taints[0].key: Invalid value: "": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateNode "bad-taint-key"',
      taints({ key: 'nospecialchars^=@', value: 'special-user-1', effect: 'NoSchedule' }),
      `metadata.taints[0].key: Invalid value: "nospecialchars^=@": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateNode "missing-taint-effect"',
      taints({ key: 'dedicated', value: 'special-user-3' }),
      'metadata.taints[0].effect: Required value',
    ),
    refused(
      'TestValidateNode "invalid-taint-effect"',
      taints({ key: 'dedicated', value: 'special-user-3', effect: 'NoExcute' }),
      'metadata.taints[0].effect: Unsupported value: "NoExcute": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ),
    refused(
      'TestValidateNode "duplicated-taints-with-same-key-effect"',
      taints(
        { key: 'dedicated', value: 'special-user-1', effect: 'NoSchedule' },
        { key: 'dedicated', value: 'special-user-2', effect: 'NoSchedule' },
      ),
      'metadata.taints[1]: Duplicate value: {"Key":"dedicated","Value":"special-user-2","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ),
    refused(
      'TestValidateNode "invalid-podCIDR"',
      { spec: { podCIDRs: ['192.168.0.0'] } },
      'spec.podCIDRs[0]: Invalid value: "192.168.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ),
    refused(
      'TestValidateNode "duplicate-podCIDR"',
      { spec: { podCIDRs: ['10.0.0.1/16', '10.0.0.1/16'] } },
      'spec.podCIDRs: Invalid value: ["10.0.0.1/16","10.0.0.1/16"]: may specify no more than one CIDR for each IP family',
    ),
    updateRefused(
      'TestValidateNodeUpdate "updates to podCIDR"',
      { spec: { podCIDRs: ['192.168.0.0/16'] } },
      { spec: { podCIDR: '192.169.0.0/16', podCIDRs: ['192.169.0.0/16'] } },
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ),
    updateRefused(
      'TestValidateNodeUpdate "provider id is immutable"',
      { spec: { providerID: 'provider:///old' } },
      { spec: { providerID: 'provider:///new' } },
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ),
  ],
};
