import { DNS_LABEL, LABEL_KEY, PORT, SUBDOMAIN } from './messages';
import { accepted, refused, updateAccepted, updateRefused, type Table } from './table';

const subset = (fields: object) => ({ subsets: [{ addresses: [{ ip: '10.10.1.1' }], ...fields }] });
const one = (address: object) => ({
  subsets: [{ addresses: [address], ports: [{ name: 'p', port: 93, protocol: 'TCP' }] }],
});
const IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const endpoint = (fields: object) => ({ endpoints: [{ addresses: ['172.17.0.5'], ...fields }] });
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => `10.1.${index >> 8}.${(index % 250) + 1}`);

export const ENDPOINTS: Table = {
  source: 'pkg/apis/core/validation/validation_test.go',
  url: '/api/v1/namespaces/default/endpoints',
  good: {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'mysvc', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '10.10.1.1' }], ports: [{ name: 'a', port: 8675, protocol: 'TCP' }] }],
  },
  rows: [
    refused(
      'TestValidateEndpointsCreate "empty addresses"',
      { subsets: [{ ports: [{ name: 'a', port: 93, protocol: 'TCP' }] }] },
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ),
    refused(
      'TestValidateEndpointsCreate "invalid IP"',
      one({ ip: '[2001:0db8:85a3:0042:1000:8a2e:0370:7334]' }),
      `subsets[0].addresses[0].ip: Invalid value: "[2001:0db8:85a3:0042:1000:8a2e:0370:7334]": ${IP}`,
    ),
    refused(
      'TestValidateEndpointsCreate "Multiple ports, one without name"',
      subset({
        ports: [
          { port: 8675, protocol: 'TCP' },
          { name: 'b', port: 309, protocol: 'TCP' },
        ],
      }),
      'subsets[0].ports[0].name: Required value',
    ),
    refused(
      'TestValidateEndpointsCreate "Invalid port number"',
      subset({ ports: [{ name: 'a', port: 66_000, protocol: 'TCP' }] }),
      `subsets[0].ports[0].port: Invalid value: 66000: ${PORT}`,
    ),
    refused(
      'TestValidateEndpointsCreate "Invalid protocol"',
      subset({ ports: [{ name: 'a', port: 93, protocol: 'Protocol' }] }),
      'subsets[0].ports[0].protocol: Unsupported value: "Protocol": supported values: "SCTP", "TCP", "UDP"',
    ),
    refused(
      'TestValidateEndpointsCreate "Address missing IP"',
      one({}),
      `subsets[0].addresses[0].ip: Invalid value: "": ${IP}`,
    ),
    refused(
      'TestValidateEndpointsCreate "Port missing number"',
      subset({ ports: [{ name: 'a', protocol: 'TCP' }] }),
      `subsets[0].ports[0].port: Invalid value: 0: ${PORT}`,
    ),
    accepted(
      'TestValidateEndpointsCreate "Port missing protocol": the API has a default',
      subset({ ports: [{ name: 'a', port: 93 }] }),
      { subsets: [{ ports: [{ protocol: 'TCP' }] }] },
    ),
    refused(
      'TestValidateEndpointsCreate "Address is loopback"',
      one({ ip: '127.0.0.1' }),
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ),
    refused(
      'TestValidateEndpointsCreate "Address is link-local"',
      one({ ip: '169.254.169.254' }),
      'subsets[0].addresses[0].ip: Invalid value: "169.254.169.254": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ),
    refused(
      'TestValidateEndpointsCreate "Address is link-local multicast"',
      one({ ip: '224.0.0.1' }),
      'subsets[0].addresses[0].ip: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ),
    refused(
      'TestValidateEndpointsCreate "Invalid AppProtocol"',
      subset({ ports: [{ name: 'p', port: 93, protocol: 'TCP', appProtocol: 'lots-of[invalid]-{chars}' }] }),
      `subsets[0].ports[0].appProtocol: Invalid value: "lots-of[invalid]-{chars}": ${LABEL_KEY}`,
    ),
    updateAccepted(
      'TestValidateEndpointsUpdate "update to valid app protocol"',
      {},
      {
        subsets: [
          {
            addresses: [{ ip: '10.1.2.3' }],
            ports: [{ name: 'a', port: 8675, protocol: 'TCP', appProtocol: 'https' }],
          },
        ],
      },
    ),
    updateRefused(
      'TestValidateEndpointsUpdate "update to invalid app protocol"',
      {},
      {
        subsets: [
          {
            addresses: [{ ip: '10.1.2.3' }],
            ports: [{ name: 'a', port: 8675, protocol: 'TCP', appProtocol: '~https' }],
          },
        ],
      },
      `subsets[0].ports[0].appProtocol: Invalid value: "~https": ${LABEL_KEY}`,
    ),
  ],
};

export const ENDPOINT_SLICE: Table = {
  source: 'pkg/apis/discovery/validation/validation_test.go',
  url: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
  good: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'hello', namespace: 'default' },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP' }],
    endpoints: [{ addresses: ['172.17.0.5'] }],
  },
  rows: [
    refused(
      'TestValidateEndpointSlice "duplicate-port-name"',
      {
        ports: [
          { name: '', protocol: 'TCP' },
          { name: '', protocol: 'TCP' },
        ],
      },
      'ports[1].name: Duplicate value: ""',
    ),
    refused(
      'TestValidateEndpointSlice "bad-port-name-caps"',
      { ports: [{ name: 'aCapital', protocol: 'TCP' }] },
      `ports[0].name: Invalid value: "aCapital": ${DNS_LABEL}`,
    ),
    refused(
      'TestValidateEndpointSlice "bad-port-name-chars"',
      { ports: [{ name: 'almost_valid', protocol: 'TCP' }] },
      `ports[0].name: Invalid value: "almost_valid": ${DNS_LABEL}`,
    ),
    refused(
      'TestValidateEndpointSlice "bad-port-name-length"',
      { ports: [{ name: 'a'.repeat(64), protocol: 'TCP' }] },
      `ports[0].name: Invalid value: "${'a'.repeat(64)}": must be no more than 63 bytes`,
    ),
    refused(
      'TestValidateEndpointSlice "invalid-port-protocol"',
      { ports: [{ name: 'http', protocol: 'foo' }] },
      'ports[0].protocol: Unsupported value: "foo": supported values: "SCTP", "TCP", "UDP"',
    ),
    refused(
      'TestValidateEndpointSlice "too-many-endpoints"',
      { endpoints: many(1001).map((ip) => ({ addresses: [ip] })) },
      'endpoints: Too many: 1001: must have at most 1000 items',
    ),
    refused(
      'TestValidateEndpointSlice "no-endpoint-addresses"',
      endpoint({ addresses: [] }),
      'endpoints[0].addresses: Required value: must contain at least 1 address',
    ),
    refused(
      'TestValidateEndpointSlice "too-many-addresses"',
      endpoint({ addresses: many(101) }),
      'endpoints[0].addresses: Too many: 101: must have at most 100 items',
    ),
    refused(
      'TestValidateEndpointSlice "bad-hostname"',
      endpoint({ hostname: '--INVALID' }),
      `endpoints[0].hostname: Invalid value: "--INVALID": ${DNS_LABEL}`,
    ),
    refused(
      'TestValidateEndpointSlice "bad-meta"',
      { metadata: { name: '*&^' } },
      `metadata.name: Invalid value: "*&^": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidateEndpointSlice "bad-fqdns"',
      { addressType: 'FQDN', endpoints: [{ addresses: ['foo.*'] }] },
      `endpoints[0].addresses[0]: Invalid value: "foo.*": ${SUBDOMAIN}`,
    ),
    accepted('TestValidateEndpointSlice "good-fqdns"', {
      addressType: 'FQDN',
      endpoints: [
        { addresses: ['foo.example.com', 'example.com', 'example.com.', 'hyphens-are-good.example.com'] },
      ],
    }),
    refused(
      'TestValidateEndpointSlice "bad-app-protocol"',
      { ports: [{ name: 'http', protocol: 'TCP', appProtocol: '--' }] },
      `ports[0].appProtocol: Invalid value: "--": ${LABEL_KEY}`,
    ),
    refused(
      'TestValidateEndpointSlice "special-ipv4"',
      endpoint({ addresses: ['127.0.0.1'] }),
      'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ),
    refused(
      'TestValidateEndpointSlice "special-ipv6"',
      { addressType: 'IPv6', endpoints: [{ addresses: ['fe80::9656:d028:8652:66b6'] }] },
      'endpoints[0].addresses[0]: Invalid value: "fe80::9656:d028:8652:66b6": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ),
    refused(
      'TestValidateEndpointSlice "empty-everything": no type',
      { addressType: '', ports: null, endpoints: null },
      'addressType: Required value',
    ),
    accepted('TestValidateEndpointSlice "empty-ports-and-endpoints"', { ports: [], endpoints: [] }),
    updateRefused(
      'TestValidateEndpointSliceUpdate "changing-address-type"',
      { endpoints: [] },
      { addressType: 'IPv6' },
      'addressType: Invalid value: "IPv6": field is immutable',
    ),
  ],
};
