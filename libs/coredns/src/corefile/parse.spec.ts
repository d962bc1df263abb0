import { CorefileError, DEFAULT_COREFILE } from './corefile';
import { isInZone, parseCorefile } from './parse';

describe('a Corefile', () => {
  it("of kubeadm's is read whole", () => {
    expect(parseCorefile(DEFAULT_COREFILE)).toEqual([
      {
        zones: [''],
        port: 53,
        kubernetes: {
          zones: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'],
          pods: 'insecure',
          ttl: 30,
          fallthrough: ['in-addr.arpa', 'ip6.arpa'],
          endpoint_pod_names: false,
          namespaces: undefined,
          endpoints: true,
          ignore_empty_service: false,
        },
        hosts: new Map(),
        hosts_fallthrough: false,
        rewrites: [],
        forward: [''],
        loadbalance: true,
      },
    ]);
  });

  it('may have blocks, hosts, rewrites and comments', () => {
    const [first, second] = parseCorefile(`
      # a comment
      example.org:1053 {
        hosts {
          10.0.0.1 a.example.org b.example.org
          fallthrough
        }
        rewrite name old.example.org new.example.org
      }
      . { forward . 8.8.8.8 }
    `);
    expect(first).toMatchObject({ zones: ['example.org'], port: 1053, hosts_fallthrough: true });
    expect([...first.hosts]).toEqual([
      ['a.example.org', ['10.0.0.1']],
      ['b.example.org', ['10.0.0.1']],
    ]);
    expect(first.rewrites).toEqual([{ match: 'exact', from: 'old.example.org', to: 'new.example.org' }]);
    expect(second).toMatchObject({ zones: [''], forward: [''] });
  });

  it.each([
    ['', 'Corefile has no server block'],
    ['. {\n kubernets cluster.local\n}', "Corefile:2 - Error during parsing: Unknown directive 'kubernets'"],
    ['. {\n errors', "Corefile:2 - Error during parsing: Unexpected EOF, expecting '}'"],
    [
      '. {\n kubernetes cluster.local {\n ttl 9999\n }\n}',
      'plugin/kubernetes: ttl must be in range [0, 3600]: 9999',
    ],
    [
      '. {\n kubernetes cluster.local {\n  podz insecure\n }\n}',
      "plugin/kubernetes: Corefile:3 - Error during parsing: unknown property 'podz'",
    ],
    ['}', "Corefile:1 - Error during parsing: Unexpected '}'"],
  ])('is refused: %j', (text, message) => {
    expect(() => parseCorefile(text)).toThrow(new CorefileError(message));
  });

  it.each([
    ['a.cluster.local', 'cluster.local', true],
    ['cluster.local', 'cluster.local', true],
    ['acluster.local', 'cluster.local', false],
    ['anything', '', true],
  ])('%s in %s: %s', (name, zone, expected) => {
    expect(isInZone(name, zone)).toBe(expected);
  });
});
