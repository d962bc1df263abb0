import { DNS_1035, DNS_LABEL, LABEL_KEY, PORT, SUBDOMAIN } from './messages';
import { accepted, refused, updateAccepted, updateRefused, type Table } from './table';

const CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const port = (name: string, number: number, more: object = {}) => ({
  name,
  port: number,
  protocol: 'TCP',
  targetPort: 8080,
  ...more,
});
const ports = (...list: object[]) => ({ spec: { ports: list } });
const balancer = (spec: object) => ({ spec: { type: 'LoadBalancer', ...spec } });
const LONG = 'a'.repeat(64);

/** Services: what a creation and an update may not be. */
export const SERVICE: Table = {
  source: 'pkg/apis/core/validation/validation_test.go',
  url: '/api/v1/namespaces/default/services',
  good: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'valid', namespace: 'default' },
    spec: { selector: { key: 'val' }, ports: [{ name: 'p', port: 8675, protocol: 'TCP', targetPort: 8675 }] },
  },
  rows: [
    refused(
      'TestValidateServiceCreate "missing name"',
      { metadata: { name: null } },
      'metadata.name: Required value: name or generateName is required',
    ),
    refused(
      'TestValidateServiceCreate "invalid name"',
      { metadata: { name: '-123' } },
      `metadata.name: Invalid value: "-123": ${DNS_1035}`,
    ),
    refused(
      'TestValidateServiceCreate "too long name"',
      { metadata: { name: LONG } },
      `metadata.name: Invalid value: "${LONG}": must be no more than 63 bytes`,
    ),
    refused(
      'TestValidateServiceCreate "invalid generateName"',
      { metadata: { generateName: '-123' } },
      `metadata.generateName: Invalid value: "-123": ${DNS_1035}`,
    ),
    refused(
      'TestValidateServiceCreate "too long generateName"',
      { metadata: { generateName: LONG } },
      `metadata.generateName: Invalid value: "${LONG}": must be no more than 63 bytes`,
    ),
    refused(
      'TestValidateServiceCreate "invalid label"',
      { metadata: { labels: { 'NoUppercaseOrSpecialCharsLike=Equals': 'bar' } } },
      `metadata.labels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid annotation"',
      { metadata: { annotations: { 'NoSpecialCharsLike=Equals': 'bar' } } },
      `metadata.annotations: Invalid value: "NoSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    accepted('TestValidateServiceCreate "nil selector"', { spec: { selector: null } }),
    refused(
      'TestValidateServiceCreate "invalid selector"',
      { spec: { selector: { 'NoSpecialCharsLike=Equals': 'bar' } } },
      `spec.selector: Invalid value: "NoSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    accepted(
      'TestValidateServiceCreate "missing session affinity": the API has a default',
      { spec: { sessionAffinity: null } },
      { spec: { sessionAffinity: 'None' } },
    ),
    accepted(
      'TestValidateServiceCreate "missing type": the API has a default',
      { spec: { type: null } },
      { spec: { type: 'ClusterIP' } },
    ),
    refused(
      'TestValidateServiceCreate "missing ports"',
      { spec: { ports: null } },
      'spec.ports: Required value',
    ),
    accepted(
      'TestValidateServiceCreate "missing ports but headless"',
      { spec: { ports: null, clusterIP: 'None' } },
      { spec: { clusterIP: 'None', clusterIPs: ['None'] } },
    ),
    accepted('TestValidateServiceCreate "empty port[0] name"', ports({ port: 8675 }), {
      spec: { ports: [{ port: 8675, protocol: 'TCP', targetPort: 8675 }] },
    }),
    refused(
      'TestValidateServiceCreate "empty port[1] name"',
      ports(port('p', 8675), { port: 12345 }),
      'spec.ports[1].name: Required value',
    ),
    refused(
      'TestValidateServiceCreate "empty multi-port port[0] name"',
      ports({ port: 8675 }, port('p', 12345)),
      'spec.ports[0].name: Required value',
    ),
    refused(
      'TestValidateServiceCreate "invalid port name"',
      ports(port('INVALID', 8675)),
      `spec.ports[0].name: Invalid value: "INVALID": ${DNS_LABEL}`,
    ),
    accepted(
      'TestValidateServiceCreate "missing protocol": the API has a default',
      ports({ name: 'p', port: 8675, protocol: '' }),
      { spec: { ports: [{ protocol: 'TCP' }] } },
    ),
    refused(
      'TestValidateServiceCreate "invalid protocol"',
      ports(port('p', 8675, { protocol: 'INVALID' })),
      'spec.ports[0].protocol: Unsupported value: "INVALID": supported values: "SCTP", "TCP", "UDP"',
    ),
    refused(
      'TestValidateServiceCreate "invalid cluster ip"',
      { spec: { clusterIP: 'invalid' } },
      'spec.clusterIPs[0]: Invalid value: "invalid": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ),
    refused(
      'TestValidateServiceCreate "missing port"',
      ports({ name: 'p', targetPort: 8675 }),
      `spec.ports[0].port: Invalid value: 0: ${PORT}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid port"',
      ports(port('p', 65536)),
      `spec.ports[0].port: Invalid value: 65536: ${PORT}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid TargetPort int"',
      ports(port('p', 8675, { targetPort: 65536 })),
      `spec.ports[0].targetPort: Invalid value: 65536: ${PORT}`,
    ),
    accepted('TestValidateServiceCreate "invalid port headless 1": tolerated', {
      spec: { clusterIP: 'None', ports: [port('p', 11722, { targetPort: 11721 })] },
    }),
    accepted('TestValidateServiceCreate "invalid port headless 2": tolerated', {
      spec: { clusterIP: 'None', ports: [port('p', 11722, { targetPort: 'target' })] },
    }),
    refused(
      'TestValidateServiceCreate "invalid publicIPs unspecified"',
      { spec: { externalIPs: ['0.0.0.0'] } },
      'spec.externalIPs[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)',
    ),
    refused(
      'TestValidateServiceCreate "invalid publicIPs loopback"',
      { spec: { externalIPs: ['127.0.0.1'] } },
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ),
    refused(
      'TestValidateServiceCreate "invalid publicIPs host"',
      { spec: { externalIPs: ['myhost.mydomain'] } },
      'spec.externalIPs[0]: Invalid value: "myhost.mydomain": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ),
    accepted('TestValidateServiceCreate "valid publicIPs"', { spec: { externalIPs: ['1.2.3.4'] } }),
    refused(
      'TestValidateServiceCreate "dup port name"',
      ports(port('p', 8675), port('p', 12345)),
      'spec.ports[1].name: Duplicate value: "p"',
    ),
    accepted(
      'TestValidateServiceCreate "load balancer with mix protocol"',
      balancer({ ports: [port('p', 8675), port('q', 12345, { protocol: 'UDP' })] }),
      { spec: { allocateLoadBalancerNodePorts: true, externalTrafficPolicy: 'Cluster' } },
    ),
    accepted(
      'TestValidateServiceCreate "valid type - loadbalancer with allocateLoadBalancerNodePorts=false"',
      balancer({ allocateLoadBalancerNodePorts: false }),
      { spec: { allocateLoadBalancerNodePorts: false, ports: [{ port: 8675 }] } },
    ),
    refused(
      'TestValidateServiceCreate "invalid duplicate ports (with same protocol)"',
      ports(port('p', 8675), port('q', 12345), port('r', 12345)),
      'spec.ports[2]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":12345,"TargetPort":0,"NodePort":0}',
    ),
    accepted(
      'TestValidateServiceCreate "valid duplicate ports (with different protocols)"',
      ports(port('q', 12345), port('r', 12345, { protocol: 'UDP' }), port('s', 12345, { protocol: 'SCTP' })),
    ),
    refused(
      'TestValidateServiceCreate "invalid cluster service with NodePort"',
      ports(port('p', 8675), port('q', 12345, { nodePort: 30123 })),
      "spec.ports[1].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ),
    refused(
      'TestValidateServiceCreate "invalid LoadBalancer source range annotation (hostname)"',
      {
        metadata: { annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': 'foo.bar' } },
        ...balancer({}),
      },
      `metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid value: "foo.bar": ${CIDR}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid LoadBalancer source range annotation for non LoadBalancer type service"',
      {
        metadata: { annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '1.2.3.0/24' } },
      },
      "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ),
    accepted(
      'TestValidateServiceCreate "valid LoadBalancer source range with whitespace"',
      balancer({ loadBalancerSourceRanges: ['1.2.3.0/24  ', ' 5.6.0.0/16'] }),
    ),
    refused(
      'TestValidateServiceCreate "invalid LoadBalancer source range (hostname)"',
      balancer({ loadBalancerSourceRanges: ['foo.bar'] }),
      `spec.LoadBalancerSourceRanges[0]: Invalid value: "foo.bar": ${CIDR}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid LoadBalancer source range (invalid CIDR)"',
      balancer({ loadBalancerSourceRanges: ['1.2.3.4/33'] }),
      `spec.LoadBalancerSourceRanges[0]: Invalid value: "1.2.3.4/33": ${CIDR}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid source range for non LoadBalancer type service"',
      { spec: { loadBalancerSourceRanges: ['1.2.3.0/24'] } },
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ),
    accepted('TestValidateServiceCreate "valid ExternalName"', {
      spec: { type: 'ExternalName', externalName: 'foo.bar.example.com', ports: null },
    }),
    accepted('TestValidateServiceCreate "valid ExternalName (trailing dot)"', {
      spec: { type: 'ExternalName', externalName: 'foo.bar.example.com.' },
    }),
    refused(
      'TestValidateServiceCreate "invalid ExternalName (not a DNS name)"',
      { spec: { type: 'ExternalName', externalName: '-123' } },
      `spec.externalName: Invalid value: "-123": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid ExternalName clusterIP (None)"',
      { spec: { type: 'ExternalName', externalName: 'foo.bar.example.com', clusterIP: 'None' } },
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ),
    refused(
      'TestValidateServiceCreate "LoadBalancer type cannot have None ClusterIP"',
      balancer({ clusterIP: 'None' }),
      'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for LoadBalancer services',
    ),
    refused(
      'TestValidateServiceCreate "invalid node port with clusterIP None"',
      { spec: { type: 'NodePort', clusterIP: 'None' } },
      'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
    ),
    refused(
      'TestValidateServiceCreate "invalid externalTraffic field"',
      balancer({ externalTrafficPolicy: 'invalid' }),
      'spec.externalTrafficPolicy: Unsupported value: "invalid": supported values: "Cluster", "Local"',
    ),
    refused(
      'TestValidateServiceCreate "invalid internalTraffic field"',
      { spec: { internalTrafficPolicy: 'invalid' } },
      'spec.internalTrafficPolicy: Unsupported value: "invalid": supported values: "Cluster", "Local"',
    ),
    refused(
      'TestValidateServiceCreate "nil internalTraffic field when internalTrafficPolicy is set": type',
      { spec: { type: 'invalid' } },
      'spec.type: Unsupported value: "invalid": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ),
    accepted(
      'TestValidateServiceCreate "sessionAffinityConfig can\'t be set when session affinity is None": a default takes it away',
      { spec: { sessionAffinity: 'None', sessionAffinityConfig: { clientIP: { timeoutSeconds: 90 } } } },
      { spec: { sessionAffinity: 'None' } },
    ),
    refused(
      'TestValidateServiceCreate "Timeout out of range"',
      {
        spec: {
          sessionAffinity: 'ClientIP',
          sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } },
        },
      },
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
    ),
    refused(
      'TestValidateServiceCreate "invalid AppProtocol"',
      ports(port('p', 8675, { appProtocol: 'lots-of[invalid]-{chars}' })),
      `spec.ports[0].appProtocol: Invalid value: "lots-of[invalid]-{chars}": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateServiceCreate "invalid: service.spec.loadBalancerClass on ClusterIP"',
      { spec: { loadBalancerClass: 'test.com/test' } },
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ),
    refused(
      'TestValidateServiceCreate "invalid, duplicate ip families"',
      { spec: { ipFamilies: ['IPv4', 'IPv4'] } },
      'spec.ipFamilies[1]: Duplicate value: "IPv4"',
    ),
    refused(
      'TestValidateServiceCreate "invalid, bad ip family"',
      { spec: { ipFamilies: ['NotAFamily'] } },
      'spec.ipFamilies[0]: Unsupported value: "NotAFamily": supported values: "IPv4", "IPv6"',
    ),
    refused(
      'TestValidateServiceCreate "invalid, service with trafficDistribution"',
      { spec: { trafficDistribution: 'PreferFar' } },
      'spec.trafficDistribution: Unsupported value: "PreferFar": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"',
    ),
    updateRefused(
      'TestValidateServiceUpdate "change cluster IP"',
      { spec: { clusterIP: '10.96.0.50' } },
      { spec: { clusterIP: '10.96.0.51', clusterIPs: ['10.96.0.51'] } },
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.51"]: may not change once set',
    ),
    updateRefused(
      'TestValidateServiceUpdate "invalid selector"',
      {},
      { spec: { selector: { 'NoSpecialCharsLike=Equals': 'bar' } } },
      `spec.selector: Invalid value: "NoSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    updateRefused(
      'TestValidateServiceUpdate "remove ports"',
      {},
      { spec: { ports: [] } },
      'spec.ports: Required value',
    ),
    updateRefused(
      'TestValidateServiceUpdate "invalid: Changing loadBalancerClass"',
      balancer({ loadBalancerClass: 'test.com/test-old' }),
      { spec: { loadBalancerClass: 'test.com/test-new' } },
      'spec.loadBalancerClass: Invalid value: "test.com/test-new": may not change once set',
    ),
    updateAccepted(
      'TestValidateServiceUpdate "change affinity"',
      {},
      { spec: { sessionAffinity: 'ClientIP' } },
      { spec: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } } },
    ),
    updateAccepted(
      'TestValidateServiceUpdate "add loadBalancerSourceRanges": type',
      {},
      { spec: { type: 'NodePort', ports: [port('p', 8675, { nodePort: 30077 })] } },
      { spec: { type: 'NodePort', ports: [{ nodePort: 30077 }], externalTrafficPolicy: 'Cluster' } },
    ),
  ],
};
