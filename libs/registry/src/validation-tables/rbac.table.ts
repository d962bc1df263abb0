import { accepted, refused, updateRefused, type Table } from './table';

const SOURCE = 'pkg/apis/rbac/validation/validation_test.go';
const GROUP = 'rbac.authorization.k8s.io';
const rules = (...list: object[]) => ({ rules: list });
const subjects = (...list: object[]) => ({ subjects: list });

export const ROLE: Table = {
  source: SOURCE,
  url: `/apis/${GROUP}/v1/namespaces/default/roles`,
  good: {
    apiVersion: `${GROUP}/v1`,
    kind: 'Role',
    metadata: { name: 'default', namespace: 'default' },
    rules: [{ verbs: ['get'], apiGroups: ['v1'], resources: ['limit'] }],
  },
  rows: [
    refused(
      'TestValidateRoleNonResourceURL, in a namespace',
      rules({ verbs: ['get'], nonResourceURLs: ['/*'] }),
      'rules[0].nonResourceURLs: Invalid value: ["/*"]: namespaced rules cannot apply to non-resource URLs',
    ),
    refused(
      'TestValidateRoleNonResourceURLNoVerbs',
      rules({ nonResourceURLs: ['/*'] }),
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].nonResourceURLs: Invalid value: ["/*"]: namespaced rules cannot apply to non-resource URLs',
    ),
    refused(
      'TestValidateRoleMixedNonResourceAndResource',
      rules({ verbs: ['get'], nonResourceURLs: ['/*'], apiGroups: ['v1'], resources: ['pods'] }),
      'rules[0].nonResourceURLs: Invalid value: ["/*"]: namespaced rules cannot apply to non-resource URLs',
      'rules[0].nonResourceURLs: Invalid value: ["/*"]: rules cannot apply to both regular resources and non-resource URLs',
    ),
    refused(
      'TestValidateRoleNoVerbs',
      rules({ apiGroups: ['v1'], resources: ['pods'] }),
      'rules[0].verbs: Required value: verbs must contain at least one value',
    ),
    refused(
      'TestValidateRoleNoAPIGroups',
      rules({ verbs: ['get'], resources: ['pods'] }),
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    ),
    refused(
      'TestValidateRoleNoResources',
      rules({ verbs: ['get'], apiGroups: ['v1'] }),
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ),
    accepted('TestValidateRole "no rules"', { rules: [] }),
  ],
};

export const CLUSTER_ROLE: Table = {
  source: SOURCE,
  url: `/apis/${GROUP}/v1/clusterroles`,
  good: {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'default' },
    rules: [{ verbs: ['get'], apiGroups: ['v1'], resources: ['limit'] }],
  },
  rows: [
    accepted('TestValidateRoleNonResourceURL', rules({ verbs: ['get'], nonResourceURLs: ['/*'] })),
    refused(
      'TestValidateClusterRole "aggregationRule without selectors"',
      { aggregationRule: { clusterRoleSelectors: [] } },
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ),
    refused(
      'TestValidateClusterRole "bad name"',
      { metadata: { name: 'a/b' } },
      'metadata.name: Invalid value: "a/b": may not contain \'/\'',
    ),
    accepted('TestValidateClusterRole "a name with colons"', { metadata: { name: 'podlab:viewer' } }),
  ],
};

export const ROLE_BINDING: Table = {
  source: SOURCE,
  url: `/apis/${GROUP}/v1/namespaces/default/rolebindings`,
  good: {
    apiVersion: `${GROUP}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'master', namespace: 'default' },
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'valid' },
    subjects: [{ name: 'validsaname', kind: 'ServiceAccount' }],
  },
  rows: [
    refused(
      'TestValidateRoleBinding "bad group"',
      { roleRef: { apiGroup: 'rbac.GroupName' } },
      `roleRef.apiGroup: Unsupported value: "rbac.GroupName": supported values: "${GROUP}"`,
    ),
    refused(
      'TestValidateRoleBinding "bad kind"',
      { roleRef: { kind: 'Type' } },
      'roleRef.kind: Unsupported value: "Type": supported values: "Role", "ClusterRole"',
    ),
    refused(
      'TestValidateRoleBinding "zero-length name" of the role',
      { roleRef: { name: '' } },
      'roleRef.name: Required value',
    ),
    refused(
      'TestValidateRoleBinding "bad role"',
      { roleRef: { name: 'foo/bar' } },
      'roleRef.name: Invalid value: "foo/bar": may not contain \'/\'',
    ),
    refused(
      'TestValidateRoleBinding "bad subject kind"',
      subjects({ name: 'subject', kind: 'Thing' }),
      'subjects[0].kind: Unsupported value: "Thing": supported values: "ServiceAccount", "User", "Group"',
    ),
    refused(
      'TestValidateRoleBinding "bad subject name"',
      subjects({ namespace: 'foo', name: 'subject:bad', kind: 'ServiceAccount' }),
      "subjects[0].name: Invalid value: \"subject:bad\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ),
    refused(
      'TestValidateRoleBinding "missing subject name"',
      subjects({ namespace: 'default', kind: 'ServiceAccount' }),
      'subjects[0].name: Required value',
    ),
    accepted(
      'TestValidateRoleBinding "valid": what it gets by default',
      subjects({ name: 'alice', kind: 'User' }),
      { subjects: [{ apiGroup: GROUP, kind: 'User', name: 'alice' }] },
    ),
    updateRefused(
      'TestValidateRoleBindingUpdate "changedRef"',
      {},
      { roleRef: { name: 'changed' } },
      `roleRef: Invalid value: {"APIGroup":"${GROUP}","Kind":"Role","Name":"changed"}: cannot change roleRef`,
    ),
  ],
};

export const CLUSTER_ROLE_BINDING: Table = {
  source: SOURCE,
  url: `/apis/${GROUP}/v1/clusterrolebindings`,
  good: {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'master' },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'valid' },
    subjects: [{ name: 'validsaname', namespace: 'foo', kind: 'ServiceAccount' }],
  },
  rows: [
    refused(
      'TestValidateClusterRoleBinding "bad kind"',
      { roleRef: { kind: 'Type' } },
      'roleRef.kind: Unsupported value: "Type": supported values: "ClusterRole"',
    ),
    refused(
      'TestValidateClusterRoleBinding "missing subject namespace"',
      subjects({ name: 'a', kind: 'ServiceAccount' }),
      'subjects[0].namespace: Required value',
    ),
    updateRefused(
      'TestValidateClusterRoleBindingUpdate "changedRef"',
      {},
      { roleRef: { name: 'changed' } },
      `roleRef: Invalid value: {"APIGroup":"${GROUP}","Kind":"ClusterRole","Name":"changed"}: cannot change roleRef`,
    ),
  ],
};
