import { DNS_LABEL, LABEL_KEY, LABEL_VALUE, SUBDOMAIN } from './messages';
import { accepted, answered, refused, updateAccepted, updateRefused, type Table } from './table';

const CONTAINER = {
  name: 'ctr',
  image: 'image',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
};
const spec = (fields: object) => ({ spec: fields });
const container = (fields: object) => spec({ containers: [{ ...CONTAINER, ...fields }] });
const security = (securityContext: object) => spec({ securityContext });
const toleration = (fields: object) => spec({ tolerations: [fields] });
const nodeTerms = (...nodeSelectorTerms: object[]) =>
  spec({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
const REQUIRED_NODE = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';
const C0 = 'spec.containers[0]';
const USER_ID = 'must be between 0 and 2147483647, inclusive';
const UPDATES =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const LOCKED = '\n';

/** Pods: what a creation and an update may not be. */
export const POD: Table = {
  source: 'pkg/apis/core/validation/validation_test.go',
  url: '/api/v1/namespaces/default/pods',
  good: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'foo', namespace: 'default' },
    spec: {
      containers: [CONTAINER],
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      automountServiceAccountToken: false,
    },
  },
  rows: [
    refused(
      'TestValidatePodSpec "bad volume": a default makes it an empty one',
      spec({ volumes: [{}] }),
      'spec.volumes[0].name: Required value',
    ),
    refused(
      'TestValidatePodSpec "no containers"',
      spec({ containers: [] }),
      'spec.containers: Required value',
    ),
    refused(
      'TestValidatePodSpec "bad container"',
      spec({ containers: [{}] }),
      `${C0}.name: Required value`,
      `${C0}.image: Required value`,
    ),
    refused(
      'TestValidatePodSpec "bad init container"',
      spec({ initContainers: [{}] }),
      'spec.initContainers[0].name: Required value',
      'spec.initContainers[0].image: Required value',
    ),
    refused(
      'TestValidatePodSpec "bad DNS policy"',
      spec({ dnsPolicy: 'invalid' }),
      'spec.dnsPolicy: Unsupported value: "invalid": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ),
    answered(
      'TestValidatePodSpec "bad service account name": the admission is asked first',
      spec({ serviceAccountName: 'invalidName' }),
      [403, 'Forbidden'],
      'pods "foo" is forbidden: error looking up service account default/invalidName: serviceaccount "invalidName" not found',
      { name: 'foo', kind: 'pods' },
    ),
    refused(
      'TestValidatePodSpec "bad restart policy"',
      spec({ restartPolicy: 'UnknowPolicy' }),
      'spec.restartPolicy: Unsupported value: "UnknowPolicy": supported values: "Always", "OnFailure", "Never"',
    ),
    accepted(
      'TestValidatePodSpec "with hostNetwork hostPort unspecified": a default sets it',
      spec({ hostNetwork: true, containers: [{ ...CONTAINER, ports: [{ containerPort: 2600 }] }] }),
      { spec: { containers: [{ ports: [{ containerPort: 2600, hostPort: 2600, protocol: 'TCP' }] }] } },
    ),
    refused(
      'TestValidatePodSpec "with hostNetwork hostPort not equal to containerPort"',
      spec({
        hostNetwork: true,
        containers: [{ ...CONTAINER, ports: [{ hostPort: 8080, containerPort: 2600 }] }],
      }),
      `${C0}.ports[0].hostPort: Invalid value: 8080: must match \`containerPort\` when \`hostNetwork\` is true`,
    ),
    refused(
      'TestValidatePodSpec "with hostAliases with invalid IP"',
      spec({ hostAliases: [{ ip: '999.999.999.999', hostnames: ['host1'] }] }),
      'spec.hostAliases[0].ip: Invalid value: "999.999.999.999": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ),
    refused(
      'TestValidatePodSpec "with hostAliases with invalid hostname"',
      spec({ hostAliases: [{ ip: '12.34.56.78', hostnames: ['@#$^#@#$'] }] }),
      `spec.hostAliases[0].hostnames[0]: Invalid value: "@#$^#@#$": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidatePodSpec "bad supplementalGroups large than math.MaxInt32"',
      security({ supplementalGroups: [2_147_483_648, 1234] }),
      `spec.securityContext.supplementalGroups[0]: Invalid value: 2147483648: ${USER_ID}`,
    ),
    refused(
      'TestValidatePodSpec "bad supplementalGroups less than 0"',
      security({ supplementalGroups: [-1, 1234] }),
      `spec.securityContext.supplementalGroups[0]: Invalid value: -1: ${USER_ID}`,
    ),
    refused(
      'TestValidatePodSpec "bad runAsUser large than math.MaxInt32"',
      security({ runAsUser: 2_147_483_648 }),
      `spec.securityContext.runAsUser: Invalid value: 2147483648: ${USER_ID}`,
    ),
    refused(
      'TestValidatePodSpec "bad runAsUser less than 0"',
      security({ runAsUser: -1 }),
      `spec.securityContext.runAsUser: Invalid value: -1: ${USER_ID}`,
    ),
    refused(
      'TestValidatePodSpec "bad fsGroup less than 0"',
      security({ fsGroup: -1 }),
      `spec.securityContext.fsGroup: Invalid value: -1: ${USER_ID}`,
    ),
    refused(
      'TestValidatePodSpec "bad-active-deadline-seconds"',
      spec({ activeDeadlineSeconds: 0 }),
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ),
    refused(
      'TestValidatePodSpec "active-deadline-seconds-too-large"',
      spec({ activeDeadlineSeconds: 2_147_483_648 }),
      'spec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 1 and 2147483647, inclusive',
    ),
    refused(
      'TestValidatePodSpec "bad nodeName"',
      spec({ nodeName: 'node name' }),
      `spec.nodeName: Invalid value: "node name": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidatePodSpec "ShareProcessNamespace and HostPID both set"',
      spec({ hostPID: true, shareProcessNamespace: true }),
      'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
    ),
    refused(
      'TestValidatePodSpec "bad empty fsGroupchangepolicy"',
      security({ fsGroupChangePolicy: '' }),
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "": supported values: "Always", "OnRootMismatch"',
    ),
    refused(
      'TestValidatePodSpec "bad invalid fsgroupchangepolicy"',
      security({ fsGroupChangePolicy: 'invalid' }),
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "invalid": supported values: "Always", "OnRootMismatch"',
    ),
    refused(
      'TestValidatePodDNSConfig "invalid search path"',
      spec({ dnsConfig: { searches: ['custom?'] } }),
      `spec.dnsConfig.searches[0]: Invalid value: "custom?": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')`,
    ),
    refused(
      'TestValidatePodDNSConfig "invalid nameserver"',
      spec({ dnsConfig: { nameservers: ['invalid'] } }),
      'spec.dnsConfig.nameservers[0]: Invalid value: "invalid": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ),
    refused(
      'TestValidatePodDNSConfig "invalid empty option name"',
      spec({ dnsConfig: { options: [{ value: 'x' }] } }),
      'spec.dnsConfig.options[0]: Required value: must not be empty',
    ),
    refused(
      'TestValidatePodDNSConfig "invalid: DNSNone with 0 nameserver"',
      spec({ dnsPolicy: 'None', dnsConfig: { searches: ['custom'] } }),
      'spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
    ),
    refused(
      'TestValidatePodReadinessGates "invalid condition type"',
      spec({ readinessGates: [{ conditionType: 'invalid/condition/type' }] }),
      `spec.readinessGates[0].conditionType: Invalid value: "invalid/condition/type": ${LABEL_KEY.replace('name part', 'a qualified name')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ),
    refused(
      'TestValidateSchedulingGates "empty string in gates"',
      spec({ schedulingGates: [{ name: 'foo' }, { name: '' }] }),
      'spec.schedulingGates[1]: Invalid value: "": name part must be non-empty',
      `spec.schedulingGates[1]: Invalid value: "": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateSchedulingGates "duplicated gates"',
      spec({ schedulingGates: [{ name: 'foo' }, { name: 'foo' }] }),
      'spec.schedulingGates[1]: Duplicate value: "foo"',
    ),
    refused(
      'TestValidatePod "bad label"',
      { metadata: { labels: { 'NoUppercaseOrSpecialCharsLike=Equals': 'bar' } } },
      `metadata.labels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidatePod "bad name"',
      { metadata: { name: 'Bad_Name' } },
      `metadata.name: Invalid value: "Bad_Name": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidatePod "image whitespace"',
      container({ image: ' ' }),
      `${C0}.image: Invalid value: " ": must not have leading or trailing whitespace`,
    ),
    refused(
      'TestValidatePod "image leading and trailing whitespace"',
      container({ image: ' something ' }),
      `${C0}.image: Invalid value: " something ": must not have leading or trailing whitespace`,
    ),
    refused(
      'TestValidatePod "invalid node selector requirement in node affinity, operator can\'t be null"',
      nodeTerms({ matchExpressions: [{ key: 'key1' }] }),
      `${REQUIRED_NODE}.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "": not a valid selector operator`,
    ),
    refused(
      'TestValidatePod "invalid node selector requirement in node affinity, key is invalid"',
      nodeTerms({ matchExpressions: [{ key: 'invalid key ___@#', operator: 'Exists' }] }),
      `${REQUIRED_NODE}.nodeSelectorTerms[0].matchExpressions[0].key: Invalid value: "invalid key ___@#": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidatePod "invalid node field selector requirement in node affinity, more values for field selector"',
      nodeTerms({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['host1', 'host2'] }] }),
      `${REQUIRED_NODE}.nodeSelectorTerms[0].matchFields[0].values: Required value: must be only one value when \`operator\` is 'In' or 'NotIn' for node field selector`,
    ),
    refused(
      'TestValidatePod "invalid node field selector requirement in node affinity, invalid operator"',
      nodeTerms({ matchFields: [{ key: 'metadata.name', operator: 'Exists' }] }),
      `${REQUIRED_NODE}.nodeSelectorTerms[0].matchFields[0].operator: Invalid value: "Exists": not a valid selector operator`,
    ),
    refused(
      'TestValidatePod "invalid node field selector requirement in node affinity, invalid key"',
      nodeTerms({ matchFields: [{ key: 'metadata.namespace', operator: 'In', values: ['ns1'] }] }),
      `${REQUIRED_NODE}.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "metadata.namespace": not a valid field selector key`,
    ),
    refused(
      'TestValidatePod "invalid requiredDuringSchedulingIgnoredDuringExecution node selector, nodeSelectorTerms must have at least one term"',
      nodeTerms(),
      `${REQUIRED_NODE}.nodeSelectorTerms: Required value: must have at least one node selector term`,
    ),
    refused(
      'TestValidatePod "invalid weight in preferredDuringSchedulingIgnoredDuringExecution in node affinity, should be in range 1-100"',
      spec({
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 199,
                preference: { matchExpressions: [{ key: 'foo', operator: 'In', values: ['bar'] }] },
              },
            ],
          },
        },
      }),
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 199: must be in the range 1-100',
    ),
    refused(
      'TestValidatePod "invalid hard pod affinity, empty topologyKey is not allowed for hard pod affinity"',
      spec({
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: { matchLabels: { a: 'b' } }, topologyKey: '' },
            ],
          },
        },
      }),
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
      `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidatePod "invalid toleration key"',
      toleration({ key: 'nospecialchars^=@', operator: 'Equal', value: 'bar', effect: 'NoSchedule' }),
      `spec.tolerations[0].key: Invalid value: "nospecialchars^=@": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidatePod "invalid toleration operator"',
      toleration({ key: 'foo', operator: 'In', value: 'bar', effect: 'NoSchedule' }),
      'spec.tolerations[0].operator: Unsupported value: "In": supported values: "Equal", "Exists"',
    ),
    refused(
      'TestValidatePod "value must be empty when `operator` is \'Exists\'"',
      toleration({ key: 'foo', operator: 'Exists', value: 'bar', effect: 'NoSchedule' }),
      'spec.tolerations[0].operator: Invalid value: "bar": value must be empty when `operator` is \'Exists\'',
    ),
    refused(
      'TestValidatePod "operator must be \'Exists\' when `key` is empty"',
      toleration({ operator: 'Equal', value: 'bar', effect: 'NoSchedule' }),
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ),
    refused(
      'TestValidatePod "effect must be \'NoExecute\' when `TolerationSeconds` is set"',
      toleration({
        key: 'node.kubernetes.io/not-ready',
        operator: 'Exists',
        effect: 'NoSchedule',
        tolerationSeconds: 20,
      }),
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ),
    refused(
      'TestValidatePod "invalid extended resource requirement: request must be == limit"',
      container({ resources: { requests: { 'example.com/a': '2' }, limits: { 'example.com/a': '1' } } }),
      `${C0}.resources.requests: Invalid value: "2": must be equal to example.com/a limit of 1`,
    ),
    refused(
      'TestValidatePod "invalid extended resource requirement without limit"',
      container({ resources: { requests: { 'example.com/a': '2' } } }),
      `${C0}.resources.limits: Required value: Limit must be set for non overcommitable resources`,
    ),
    refused(
      'TestValidatePod "invalid fractional extended resource in container request"',
      container({
        resources: { requests: { 'example.com/a': '500m' }, limits: { 'example.com/a': '500m' } },
      }),
      `${C0}.resources.limits[example.com/a]: Invalid value: "500m": must be an integer`,
      `${C0}.resources.requests[example.com/a]: Invalid value: "500m": must be an integer`,
    ),
    updateRefused(
      'TestValidatePodUpdate "more containers"',
      {},
      { spec: { containers: [CONTAINER, { ...CONTAINER, name: 'two' }] } },
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ),
    updateRefused(
      'TestValidatePodUpdate "adding node selector is not allowed for non-gated pods"',
      { spec: { nodeSelector: { foo: 'bar' } } },
      { spec: { nodeSelector: { foo2: 'bar2' } } },
      `${UPDATES}${LOCKED}- nodeSelector: {"foo":"bar"}\n+ nodeSelector: {"foo":"bar","foo2":"bar2"}`,
    ),
    updateRefused(
      'TestValidatePodUpdate "update pod spec schedulingGates: add new scheduling gate"',
      {},
      { spec: { schedulingGates: [{ name: 'foo' }] } },
      "spec.schedulingGates: Forbidden: only deletion is allowed, but found new scheduling gate 'foo'",
    ),
    updateRefused(
      'TestValidatePodUpdate "modifying value of existing node selector is not allowed"',
      { spec: { nodeSelector: { foo: 'bar' }, schedulingGates: [{ name: 'baz' }] } },
      { spec: { nodeSelector: { foo: 'new' } } },
      'spec.nodeSelector: Invalid value: {"foo":"new"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ),
    updateAccepted(
      'TestValidatePodUpdate "adding node selector is allowed for gated pods"',
      { spec: { schedulingGates: [{ name: 'baz' }] } },
      { spec: { nodeSelector: { foo: 'bar' } } },
      { spec: { nodeSelector: { foo: 'bar' } } },
    ),
    updateAccepted(
      'TestValidatePodUpdate "image change"',
      {},
      { spec: { containers: [{ ...CONTAINER, image: 'foo:V2' }] } },
      { spec: { containers: [{ image: 'foo:V2' }] } },
    ),
    updateRefused(
      'TestValidatePodUpdate "empty image"',
      {},
      { spec: { containers: [{ ...CONTAINER, image: '' }] } },
      `${C0}.image: Required value`,
    ),
    updateRefused(
      'TestValidatePodUpdate "activeDeadlineSeconds change to a larger value"',
      { spec: { activeDeadlineSeconds: 20 } },
      { spec: { activeDeadlineSeconds: 30 } },
      'spec.activeDeadlineSeconds: Invalid value: 30: must be less than or equal to previous value',
    ),
    updateRefused(
      'TestValidatePodUpdate "remove toleration"',
      { spec: { tolerations: [{ key: 'key1', operator: 'Exists' }] } },
      { spec: { tolerations: [] } },
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ),
    refused(
      'TestValidatePod "invalid label value"',
      { metadata: { labels: { key: 'has space' } } },
      `metadata.labels[key]: Invalid value: "has space": ${LABEL_VALUE}`,
    ),
    refused(
      'TestValidatePod "must be a valid pod seccomp profile": no type',
      security({ seccompProfile: {} }),
      'spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set',
    ),
    refused(
      'TestValidatePod "localhost profile without a file"',
      security({ seccompProfile: { type: 'Localhost' } }),
      'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
    ),
    updateRefused(
      'TestValidatePodUpdate "nodeAffinity deletion from MatchExpressions not allowed"',
      {
        spec: {
          ...nodeTerms({ matchExpressions: [{ key: 'expr', operator: 'In', values: ['foo'] }] }).spec,
          schedulingGates: [{ name: 'baz' }],
        },
      },
      nodeTerms({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['foo'] }] }),
      `${REQUIRED_NODE}.nodeSelectorTerms[0]: Invalid value: {"MatchExpressions":null,"MatchFields":[{"Key":"metadata.name","Operator":"In","Values":["foo"]}]}: only additions are allowed (no mutations or deletions)`,
    ),
    updateRefused(
      'TestValidatePodUpdate "old RequiredDuringSchedulingIgnoredDuringExecution is non-nil, new RequiredDuringSchedulingIgnoredDuringExecution is nil, pod is gated"',
      {
        spec: {
          ...nodeTerms({ matchExpressions: [{ key: 'expr', operator: 'In', values: ['foo'] }] }).spec,
          schedulingGates: [{ name: 'baz' }],
        },
      },
      spec({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } }),
      `${REQUIRED_NODE}.nodeSelectorTerms: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed`,
    ),
    updateAccepted(
      'TestValidatePodUpdate "addition to nodeAffinity is allowed for gated pods"',
      {
        spec: {
          ...nodeTerms({ matchExpressions: [{ key: 'expr', operator: 'In', values: ['foo'] }] }).spec,
          schedulingGates: [{ name: 'baz' }],
        },
      },
      nodeTerms({
        matchExpressions: [
          { key: 'expr', operator: 'In', values: ['foo'] },
          { key: 'expr2', operator: 'In', values: ['foo2'] },
        ],
      }),
    ),
    refused(
      'TestValidatePodSpec "bad hostname"',
      spec({ hostname: 'Host' }),
      `spec.hostname: Invalid value: "Host": ${DNS_LABEL}`,
    ),
  ],
};
