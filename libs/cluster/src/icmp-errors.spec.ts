/** Who tells a pod that there is no way on. */
import { ExecRequest } from '@podlab/contracts';
import { createCluster, type Cluster } from './cluster';
import { clusterConfig, create, service, settle } from './test-support';

function output(cluster: Cluster, script: string): string {
  const target = { kind: 'Pod', namespace: 'lab06', name: 'shoot' };
  const session = cluster.exec(ExecRequest.parse({ target, command: ['sh', '-c', script] }));
  for (let s = 0; s < 60 && cluster.execSession(session.id)?.exit_code === undefined; s++)
    cluster.runUntil(cluster.now() + 1_000, 100_000);
  const ended = cluster.execSession(session.id);
  cluster.endExec(session.id);
  return `${ended?.stdout}${ended?.stderr}`;
}

function lab(change: object = {}): Cluster {
  const cluster = createCluster({ ...clusterConfig(), ...change });
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster, 5_000);
  create(
    cluster,
    service('web', { clusterIP: '10.96.0.20', selector: { app: 'web' }, ports: [{ port: 80 }] }),
  );
  const containers = [{ name: 'main', image: 'nicolaka/netshoot', command: ['sleep', 'infinity'] }];
  const shoot = { kind: 'Pod', metadata: { name: 'shoot', namespace: 'lab06' }, spec: { containers } };
  create(cluster, shoot);
  settle(cluster);
  return cluster;
}

it('is the nodes’ router, not the machine of the one who looks on', () => {
  const cluster = lab();
  expect(output(cluster, 'ping -c 1 -W 1 10.96.0.20')).toContain('From 172.18.0.1 icmp_seq=1 ');
  expect(output(cluster, 'traceroute -n 10.96.0.20')).toMatch(/^ 2 {2}172\.18\.0\.1 /m);
  expect(output(cluster, 'traceroute -n 203.0.113.80')).toMatch(/^ 2 {2}203\.0\.113\.80 /m);
});

it('is the router in the other family too', () => {
  const cluster = lab({
    service_cidr: '10.96.0.0/16,fd00:10:96::/112',
    pod_cidr: '10.244.0.0/16,fd00:10:244::/56',
  });
  expect(output(cluster, 'ping -6 -c 1 -W 1 fd00:10:96::20')).toContain('From fd00:172:18::1 icmp_seq=1 ');
});
