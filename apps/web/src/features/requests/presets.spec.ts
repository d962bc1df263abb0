import type { Node, Pod, Service } from '@podlab/api';
import { presetsFor } from './presets';

const service = (spec: Service['spec'], status?: Service['status'], namespace = 'lab06'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace },
  spec,
  status,
});
const nodes: Node[] = ['192.168.0.11', '192.168.0.12'].map((address, index) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `node-${index}` },
  spec: {},
  status: { addresses: [{ type: 'InternalIP', address }] },
}));
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'lab06' },
  spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 8080 }] }] },
  status: { podIP: '10.244.1.2' },
};
const full = service(
  { clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30123 }] },
  { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
);

describe('presets', () => {
  it('name every address there is, inner ones first for a pod', () => {
    expect(presetsFor('Pod', { services: [full], nodes, pods: [pod] })).toEqual([
      { kind: 'name', urls: ['http://web.lab06/'] },
      { kind: 'clusterIP', urls: ['http://10.96.0.10/'] },
      { kind: 'nodePort', urls: ['http://192.168.0.11:30123/', 'http://192.168.0.12:30123/'] },
      { kind: 'balancer', urls: ['http://203.0.113.9/'] },
      { kind: 'pod', urls: ['http://10.244.1.2:8080/'] },
      { kind: 'outside', urls: ['http://example.com/'] },
    ]);
  });
  it('put outer addresses first for the outside', () => {
    const kinds = presetsFor('External', { services: [full], nodes, pods: [] }).map(({ kind }) => kind);
    expect(kinds).toEqual(['nodePort', 'balancer', 'name', 'clusterIP', 'outside']);
  });
  it('name both families, in brackets where a port could follow, and the protocol of a port', () => {
    const dual = service({
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10', 'fd00:10:96::a'],
      ports: [{ port: 53, protocol: 'UDP' }, { port: 80 }],
    });
    const twice: Pod = {
      ...pod,
      status: { podIP: '10.244.1.2', podIPs: [{ ip: '10.244.1.2' }, { ip: 'fd00::2' }] },
    };
    const urls = presetsFor('Pod', { services: [dual], nodes: [], pods: [twice] }).flatMap(
      (group) => group.urls,
    );
    expect(urls).toEqual([
      'udp://web.lab06:53',
      'http://web.lab06/',
      'udp://10.96.0.10:53',
      'udp://[fd00:10:96::a]:53',
      'http://10.96.0.10/',
      'http://[fd00:10:96::a]/',
      'http://10.244.1.2:8080/',
      'http://[fd00::2]:8080/',
      'http://example.com/',
    ]);
  });
  it("leave out headless addresses and the cluster's own Services", () => {
    const services = [
      service({ clusterIP: 'None', ports: [{ port: 80 }] }),
      service(full.spec, {}, 'kube-system'),
    ];
    expect(presetsFor('Pod', { services, nodes, pods: [] }).map(({ kind }) => kind)).toEqual([
      'name',
      'outside',
    ]);
  });
});
