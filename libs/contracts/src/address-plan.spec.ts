import { ClusterCreate } from './cluster';

const faults = (body: object) => {
  const parsed = ClusterCreate.safeParse(body);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the addresses of a new cluster', () => {
  it('are fine by default, and with ranges of one’s own', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ service_cidr: '10.43.0.0/16', pod_cidr: '10.42.0.0/16', nodes: 100 })).toEqual([]);
  });

  it.each([
    [['IPv6'], 'fd00:10:96::/112', 'fd00:10:244::/56', ['2001:db8:203:113::80']],
    [
      ['IPv4', 'IPv6'],
      '10.96.0.0/16,fd00:10:96::/112',
      '10.244.0.0/16,fd00:10:244::/56',
      ['203.0.113.80', '2001:db8:203:113::80'],
    ],
    [
      ['IPv6', 'IPv4'],
      'fd00:10:96::/112,10.96.0.0/16',
      'fd00:10:244::/56,10.244.0.0/16',
      ['2001:db8:203:113::80', '203.0.113.80'],
    ],
  ])('of %j are by default Services %s and pods %s', (ip_families, service_cidr, pod_cidr, ips) => {
    const made = ClusterCreate.parse({ ip_families });
    expect(made).toMatchObject({ ip_families, service_cidr, pod_cidr });
    expect(made.world.hosts.map(({ ip }) => ip)).toEqual(ips);
  });

  it.each([
    [{ pod_cidr: '10.0.0.0/8' }, 'pod_cidr: overlaps 10.96.0.0/16, which is in use'],
    [{ pod_cidr: '10.96.0.0/16' }, 'pod_cidr: overlaps 10.96.0.0/16, which is in use'],
    [{ service_cidr: '172.18.4.0/24' }, 'service_cidr: overlaps 172.18.0.0/16, which is in use'],
    [{ service_cidr: '10.96.0.0/30' }, 'service_cidr: must be a /28 or larger'],
    [{ pod_cidr: '10.244.0.0/23', nodes: 3 }, 'pod_cidr: must have a /24 for each of 3 nodes'],
    [
      { world: { hosts: [{ name: 'a.test', ip: '127.0.0.1' }] } },
      'world.hosts.0.ip: lies in 127.0.0.0/8, which is in use',
    ],
    [{ service_cidr: '10.0.0.0/99' }, 'service_cidr: must be one IPv4 range, as ip_families says'],
    [{ pod_cidr: 'fd00:10:244::/56' }, 'pod_cidr: must be one IPv4 range, as ip_families says'],
    [
      { ip_families: ['IPv6', 'IPv4'], pod_cidr: '10.244.0.0/16,fd00:10:244::/56' },
      'pod_cidr: must be an IPv6 and an IPv4 range with a comma between, as ip_families says',
    ],
    [{ ip_families: ['IPv6'], pod_cidr: 'fd00:1::/40' }, 'pod_cidr: must be a /48 or smaller'],
    [
      { ip_families: ['IPv6'], pod_cidr: 'fd00:1::/64', nodes: 2 },
      'pod_cidr: must have a /64 for each of 2 nodes',
    ],
    [{ ip_families: ['IPv6'], service_cidr: 'fd00:1::/64' }, 'service_cidr: must be a /108 or smaller'],
    [{ ip_families: ['IPv6'], service_cidr: 'fd00:1::/126' }, 'service_cidr: must be a /124 or larger'],
    [
      { ip_families: ['IPv6'], service_cidr: 'fd00:172:18::8:0/112' },
      'service_cidr: overlaps fd00:172:18::/64, which is in use',
    ],
    [
      { ip_families: ['IPv4', 'IPv6'], pod_cidr: '10.244.0.0/16,FD00:10:96::/56' },
      'pod_cidr: overlaps fd00:10:96::/112, which is in use',
    ],
    [
      { world: { hosts: [{ name: 'a.test', ip: '2001:db8::1' }] } },
      'world.hosts.0.ip: is an IPv6 address, and ip_families has no IPv6',
    ],
    [
      { ip_families: ['IPv6'], world: { hosts: [{ name: 'a.test', ip: '::ffff:1.2.3.4' }] } },
      'world.hosts.0.ip: lies in ::/8, which is in use',
    ],
    [
      { nodes: [{ name: 'n', external_ip: '10.96.0.5' }] },
      'nodes.0.external_ip: lies in 10.96.0.0/16, which is in use',
    ],
  ])('%j is refused: %s', (body, fault) => expect(faults(body)).toEqual([fault]));
});
