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
    [{ pod_cidr: '10.0.0.0/8' }, 'pod_cidr: overlaps 10.96.0.0/16, which is in use'],
    [{ pod_cidr: '10.96.0.0/16' }, 'pod_cidr: overlaps 10.96.0.0/16, which is in use'],
    [{ service_cidr: '172.18.4.0/24' }, 'service_cidr: overlaps 172.18.0.0/16, which is in use'],
    [{ service_cidr: '10.96.0.0/30' }, 'service_cidr: must be a /28 or larger'],
    [{ pod_cidr: '10.244.0.0/23', nodes: 3 }, 'pod_cidr: must have a /24 for each of 3 nodes'],
    [
      { world: { hosts: [{ name: 'a.test', ip: '127.0.0.1' }] } },
      'world.hosts.0.ip: lies in 127.0.0.0/8, which is in use',
    ],
    [
      { nodes: [{ name: 'n', external_ip: '10.96.0.5' }] },
      'nodes.0.external_ip: lies in 10.96.0.0/16, which is in use',
    ],
  ])('%j is refused: %s', (body, fault) => expect(faults(body)).toEqual([fault]));
});
