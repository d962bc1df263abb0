import { DNS_1035, LABEL_KEY, PORT, SUBDOMAIN } from './messages';
import { accepted, refused, updateRefused, type Table } from './table';

const SOURCE = 'pkg/apis/networking/validation/validation_test.go';
const spec = (fields: object) => ({ spec: fields });
const ingressPort = (port: object) => spec({ ingress: [{ ports: [port] }] });
const from = (peer: object) => spec({ ingress: [{ from: [peer] }] });
const CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const BACKEND = { service: { name: 'default-backend', port: { number: 80 } } };
const path = (fields: object) =>
  spec({
    rules: [
      {
        host: 'foo.bar.com',
        http: { paths: [{ path: '/foo', pathType: 'ImplementationSpecific', backend: BACKEND, ...fields }] },
      },
    ],
  });
const PATH0 = 'spec.rules[0].http.paths[0]';
const backend = (service: object) => spec({ defaultBackend: { service } });

export const NETWORK_POLICY: Table = {
  source: SOURCE,
  url: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
  good: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'foo', namespace: 'default' },
    spec: { podSelector: { matchLabels: { a: 'b' } } },
  },
  rows: [
    refused(
      'TestValidateNetworkPolicy "namespaceSelector and ipBlock"',
      from({ namespaceSelector: { matchLabels: { c: 'd' } }, ipBlock: { cidr: '192.168.0.0/16' } }),
      'spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer',
    ),
    refused(
      'TestValidateNetworkPolicy "missing from and to type"',
      from({}),
      'spec.ingress[0].from[0]: Required value: must specify a peer',
    ),
    refused(
      'TestValidateNetworkPolicy "invalid spec.podSelector"',
      spec({ podSelector: { matchLabels: { 'NoUppercaseOrSpecialCharsLike=Equals': 'b' } } }),
      `spec.podSelector.matchLabels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateNetworkPolicy "invalid ingress.ports.protocol"',
      ingressPort({ protocol: 'FOO', port: 80 }),
      'spec.ingress[0].ports[0].protocol: Unsupported value: "FOO": supported values: "SCTP", "TCP", "UDP"',
    ),
    refused(
      'TestValidateNetworkPolicy "invalid ingress.ports.port (int)"',
      ingressPort({ protocol: 'TCP', port: 67_676 }),
      `spec.ingress[0].ports[0].port: Invalid value: 67676: ${PORT}`,
    ),
    refused(
      'TestValidateNetworkPolicy "invalid ingress.ports.port (str)"',
      ingressPort({ protocol: 'TCP', port: '!@#$' }),
      'spec.ingress[0].ports[0].port: Invalid value: "!@#$": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.ingress[0].ports[0].port: Invalid value: "!@#$": must contain at least one letter (a-z)',
    ),
    refused(
      'TestValidateNetworkPolicy "invalid ingress.from.podSelector"',
      from({ podSelector: { matchLabels: { 'NoUppercaseOrSpecialCharsLike=Equals': 'b' } } }),
      `spec.ingress[0].from[0].podSelector.matchLabels: Invalid value: "NoUppercaseOrSpecialCharsLike=Equals": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateNetworkPolicy "missing cidr field"',
      from({ ipBlock: { except: ['192.168.8.0/24'] } }),
      'spec.ingress[0].from[0].ipBlock.cidr: Required value',
    ),
    refused(
      'TestValidateNetworkPolicy "invalid cidr format"',
      from({ ipBlock: { cidr: '192.168.5.6' } }),
      `spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "192.168.5.6": ${CIDR}`,
    ),
    refused(
      'TestValidateNetworkPolicy "except field is an empty string"',
      from({ ipBlock: { cidr: '192.168.8.0/24', except: [''] } }),
      `spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "": ${CIDR}`,
    ),
    refused(
      'TestValidateNetworkPolicy "except IP is outside of CIDR range"',
      from({ ipBlock: { cidr: '192.168.8.0/24', except: ['192.168.9.0/24'] } }),
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "192.168.9.0/24": must be a strict subset of `cidr`',
    ),
    refused(
      'TestValidateNetworkPolicy "except IP is not strictly within CIDR range"',
      from({ ipBlock: { cidr: '192.168.0.0/24', except: ['192.168.0.0/24'] } }),
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "192.168.0.0/24": must be a strict subset of `cidr`',
    ),
    refused(
      'TestValidateNetworkPolicy "except IPv6 is outside of CIDR range"',
      from({ ipBlock: { cidr: 'fd00:192:168:1::/64', except: ['fd00:192:168:2::/64'] } }),
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "fd00:192:168:2::/64": must be a strict subset of `cidr`',
    ),
    refused(
      'TestValidateNetworkPolicy "invalid policyTypes"',
      spec({ policyTypes: ['foo', 'bar'] }),
      'spec.policyTypes[0]: Unsupported value: "foo": supported values: "Egress", "Ingress"',
      'spec.policyTypes[1]: Unsupported value: "bar": supported values: "Egress", "Ingress"',
    ),
    refused(
      'TestValidateNetworkPolicy "too many policyTypes"',
      spec({ policyTypes: ['foo', 'bar', 'baz'] }),
      'spec.policyTypes: Invalid value: ["foo","bar","baz"]: may not specify more than two policyTypes',
    ),
    refused(
      'TestValidateNetworkPolicy "multiple ports defined, one port range is invalid"',
      ingressPort({ port: 35_000, endPort: 32_768 }),
      'spec.ingress[0].ports[0].endPort: Invalid value: 32768: must be greater than or equal to `port`',
    ),
    refused(
      'TestValidateNetworkPolicy "endPort defined with named/string port"',
      ingressPort({ port: 'dns', endPort: 32_768 }),
      'spec.ingress[0].ports[0].endPort: Invalid value: 32768: may not be specified when `port` is non-numeric',
    ),
    refused(
      'TestValidateNetworkPolicy "endPort defined without port defined"',
      ingressPort({ endPort: 32_768 }),
      'spec.ingress[0].ports[0].endPort: Invalid value: 32768: may not be specified when `port` is not specified',
    ),
    refused(
      'TestValidateNetworkPolicy "port is greater than endPort", beyond the range',
      ingressPort({ port: 35_000, endPort: 65_537 }),
      `spec.ingress[0].ports[0].endPort: Invalid value: 65537: ${PORT}`,
    ),
    accepted(
      'TestValidateNetworkPolicy "base policy": what it gets by default',
      spec({ egress: [{ to: [{ ipBlock: { cidr: '192.168.0.0/16' } }], ports: [{ port: 53 }] }] }),
      { spec: { policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }] } },
    ),
    updateRefused(
      'TestValidateNetworkPolicyUpdate "change spec" to a bad one',
      {},
      from({}),
      'spec.ingress[0].from[0]: Required value: must specify a peer',
    ),
  ],
};

export const INGRESS: Table = {
  source: SOURCE,
  url: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
  good: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'foo', namespace: 'default' },
    spec: { defaultBackend: BACKEND },
  },
  rows: [
    refused(
      'TestValidateIngress "only resource or only service": none',
      spec({ defaultBackend: { service: null } }),
      'spec.defaultBackend: Invalid value: "": resource or service backend is required',
    ),
    refused(
      'TestValidateIngress "ingress spec empty"',
      spec({ defaultBackend: null }),
      'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
    ),
    refused(
      'TestValidateIngress "invalid path type"',
      path({ pathType: 'PrefixWrong' }),
      `${PATH0}.pathType: Unsupported value: "PrefixWrong": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
    ),
    refused(
      'TestValidateIngress "invalid path type: missing"',
      path({ pathType: null }),
      `${PATH0}.pathType: Required value: pathType must be specified`,
    ),
    refused(
      'TestValidateIngress "prefix path without a leading slash"',
      path({ path: 'foo', pathType: 'Prefix' }),
      `${PATH0}.path: Invalid value: "foo": must be an absolute path`,
    ),
    refused(
      'TestValidateIngress "invalid exact path" with an encoded slash',
      path({ path: '/foo%2Fbar', pathType: 'Exact' }),
      `${PATH0}.path: Invalid value: "/foo%2Fbar": must not contain '%2F'`,
    ),
    refused(
      'TestValidateIngress "invalid prefix path" that ends in dots',
      path({ path: '/foo/..', pathType: 'Prefix' }),
      `${PATH0}.path: Invalid value: "/foo/..": cannot end with '/..'`,
    ),
    refused(
      'TestValidateIngress "backend (v1beta1) with no service"',
      backend({ name: null }),
      'spec.defaultBackend.service.name: Required value',
    ),
    refused(
      'TestValidateIngress "invalid backend port 1"',
      backend({ name: 'x', port: { number: 65_536 } }),
      `spec.defaultBackend.service.port.number: Invalid value: 65536: ${PORT}`,
    ),
    refused(
      'TestValidateIngress "invalid service name format"',
      backend({ name: '_foo', port: { number: 80 } }),
      `spec.defaultBackend.service.name: Invalid value: "_foo": ${DNS_1035}`,
    ),
    refused(
      'TestValidateIngress "invalid backend port name and number"',
      backend({ name: 'x', port: { name: 'k', number: 80 } }),
      'spec.defaultBackend: Invalid value: "": cannot set both port name & port number',
    ),
    refused(
      'TestValidateIngress "missing port name or number"',
      backend({ port: null }),
      'spec.defaultBackend: Required value: port name or number is required',
    ),
    refused(
      'TestValidateIngress "missing paths"',
      spec({ rules: [{ host: 'foo.bar.com', http: { paths: [] } }] }),
      'spec.rules[0].http.paths: Required value',
    ),
    refused(
      'TestValidateIngress "invalid host"',
      spec({ rules: [{ host: 'foobar:80' }] }),
      `spec.rules[0].host: Invalid value: "foobar:80": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateIngress "host is an address"',
      spec({ rules: [{ host: '10.0.0.1' }] }),
      'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ),
    refused(
      'TestValidateIngress "valid wildcard host" with two stars',
      spec({ rules: [{ host: '*.*.example.com' }] }),
      "spec.rules[0].host: Invalid value: \"*.*.example.com\": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ),
    refused(
      'TestValidateIngressTLS "invalid hosts"',
      spec({ tls: [{ hosts: ['foo.bar/com'] }] }),
      `spec.tls[0].hosts[0]: Invalid value: "foo.bar/com": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateIngressCreate "annotation and class name set, different"',
      {
        metadata: { annotations: { 'kubernetes.io/ingress.class': 'bar' } },
        spec: { ingressClassName: 'foo' },
      },
      'annotations.kubernetes.io/ingress.class: Invalid value: "bar": must match `ingressClassName` when both are specified',
    ),
    accepted('TestValidateIngress "valid wildcard host"', spec({ rules: [{ host: '*.bar.com' }] })),
    updateRefused(
      'TestValidateIngressUpdate "class name set" to a bad one',
      {},
      spec({ ingressClassName: 'Bad_Class' }),
      `spec.ingressClassName: Invalid value: "Bad_Class": ${SUBDOMAIN}`,
    ),
  ],
};

export const INGRESS_CLASS: Table = {
  source: SOURCE,
  url: '/apis/networking.k8s.io/v1/ingressclasses',
  good: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'test123' },
    spec: { controller: 'foo.co/bar' },
  },
  rows: [
    refused(
      'TestValidateIngressClass "invalid name, invalid controller"',
      { metadata: { name: 'test*123' }, spec: { controller: 'foo' } },
      `metadata.name: Invalid value: "test*123": ${SUBDOMAIN}`,
      'spec.controller: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")',
    ),
    refused(
      'TestValidateIngressClass "invalid controller"',
      spec({ controller: 'foo' }),
      'spec.controller: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")',
    ),
    refused(
      'TestValidateIngressClass "invalid name, valid controller"',
      { metadata: { name: 'test*123' } },
      `metadata.name: Invalid value: "test*123": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateIngressClass "no controller"',
      spec({ controller: '' }),
      'spec.controller: Required value',
    ),
    refused(
      'TestValidateIngressClass "valid name, valid controller, invalid params, Cluster scope with a namespace"',
      spec({ parameters: { kind: 'foo', name: 'bar', scope: 'Cluster', namespace: 'foo-ns' } }),
      "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
    ),
    refused(
      'TestValidateIngressClass "valid name, valid controller, invalid namespaced param"',
      spec({ parameters: { kind: 'foo', name: 'bar', scope: 'Namespace' } }),
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ),
    updateRefused(
      'TestValidateIngressClassUpdate "can\'t change controller"',
      {},
      spec({ controller: 'different.co/bar' }),
      'spec.controller: Invalid value: "different.co/bar": field is immutable',
    ),
  ],
};
