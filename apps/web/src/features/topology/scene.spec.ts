import type { EndpointSlice, Node, Pod, Service } from '@podlab/api';
import { buildScene, scenePod, type SceneFilter, type SceneObjects } from './scene';

const node = (name: string, ready = 'True'): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: {},
  status: {
    addresses: [{ type: 'InternalIP', address: '192.168.0.11' }],
    conditions: [{ type: 'Ready', status: ready }],
  },
});
const pod = (name: string, nodeName?: string, namespace = 'lab06'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { 'pod-template-hash': '7c5ddbdf54' } },
  spec: { containers: [{ name: 'nginx', image: 'nginx' }], nodeName },
  status: { podIP: nodeName && '10.244.1.2' },
});
const service = (name: string, spec: Service['spec'], namespace = 'lab06'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec,
});
const slice: EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-x1', namespace: 'lab06', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: [
    {
      addresses: ['10.244.1.2'],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', namespace: 'lab06', name: 'a' },
    },
    {
      addresses: ['10.244.1.3'],
      conditions: { ready: false },
      targetRef: { kind: 'Pod', namespace: 'lab06', name: 'b' },
    },
  ],
};
const build = (objects: Partial<SceneObjects>, filter: Partial<SceneFilter> = {}) =>
  buildScene(
    { nodes: [], pods: [], services: [], endpointSlices: [], ...objects },
    { namespace: null, system: false, ...filter },
  );

describe('the scene', () => {
  it('puts a pod into the room of its node, and one without a node among the waiting', () => {
    const scene = build({ nodes: [node('node-b'), node('node-a')], pods: [pod('a', 'node-a'), pod('b')] });
    expect(scene.nodes.map(({ name, pods }) => [name, pods.map((each) => each.name)])).toEqual([
      ['node-a', ['a']],
      ['node-b', []],
    ]);
    expect(scene.waiting.map((each) => each.name)).toEqual(['b']);
  });

  it('joins a Service to the pods of its EndpointSlices, ready and not ready', () => {
    const [web] = build({
      services: [service('web', { clusterIP: '10.96.0.10' })],
      endpointSlices: [slice],
    }).services;
    expect(web?.endpoints).toEqual([
      { pod: 'lab06/a', address: '10.244.1.2', ready: true },
      { pod: 'lab06/b', address: '10.244.1.3', ready: false },
    ]);
  });

  it.each<[string, Service['spec'], string | null, string[] | null]>([
    ['ClusterIP', { clusterIP: '10.96.0.10' }, '10.96.0.10', null],
    ['headless', { clusterIP: 'None' }, null, null],
    ['LoadBalancer without an address', { type: 'LoadBalancer', clusterIP: '10.96.0.10' }, '10.96.0.10', []],
  ])('shows a %s Service', (_, spec, clusterIP, balancer) => {
    expect(build({ services: [service('web', spec)] }).services[0]).toMatchObject({ clusterIP, balancer });
  });

  it('knows a load balancer by the name that the cloud gives it', () => {
    const web = service('web', { type: 'LoadBalancer', clusterIP: '10.96.0.10' });
    web.metadata.uid = '443b47d5-47ca-40ff-940d-ae650ae801ab';
    expect(build({ services: [web] }).services[0]?.balancerName).toBe('a443b47d547ca40ff940dae650ae801a');
  });

  it("leaves out what the cluster itself runs, unless asked, and keeps the DNS's address", () => {
    const objects = {
      nodes: [node('node-a')],
      pods: [pod('coredns-1', 'node-a', 'kube-system')],
      services: [
        service('kube-dns', { clusterIP: '10.96.0.2' }, 'kube-system'),
        service('kubernetes', { clusterIP: '10.96.0.1' }, 'default'),
      ],
    };
    expect(build(objects)).toMatchObject({
      services: [],
      nodes: [{ pods: [] }],
      dns: { address: '10.96.0.2' },
    });
    expect(build(objects, { system: true }).services).toHaveLength(2);
  });

  it('shows one namespace only', () => {
    const pods = [pod('a', 'node-a'), pod('b', 'node-a', 'other')];
    const scene = build({ nodes: [node('node-a')], pods }, { namespace: 'other' });
    expect(scene.nodes[0]?.pods.map((each) => each.name)).toEqual(['b']);
  });

  it("splits a Deployment's pod into its owner and what tells it from its siblings", () => {
    expect(scenePod(pod('nginx-deployment-7c5ddbdf54-x2k4p'))).toMatchObject({
      owner: 'nginx-deployment',
      suffix: 'x2k4p',
    });
    expect(scenePod(pod('client'))).toMatchObject({ owner: 'client', suffix: '' });
  });

  it.each<[string, Pod['metadata'], { owner: string; suffix: string; workload: unknown }]>([
    [
      'a Deployment with a name too long to stand whole in its pods',
      {
        name: 'shop-front-58b7c9d6f4x2k4p',
        labels: { 'pod-template-hash': '7c5ddbdf54' },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: 'shop-front-and-more-7c5ddbdf54',
            uid: '1',
            controller: true,
          },
        ],
      },
      {
        owner: 'shop-front-and-more',
        suffix: 'x2k4p',
        workload: { kind: 'Deployment', name: 'shop-front-and-more' },
      },
    ],
    [
      'a DaemonSet',
      {
        name: 'agent-q8zzt',
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: '1', controller: true },
        ],
      },
      { owner: 'agent', suffix: 'q8zzt', workload: { kind: 'DaemonSet', name: 'agent' } },
    ],
    [
      'a StatefulSet',
      {
        name: 'db-10',
        labels: { 'apps.kubernetes.io/pod-index': '10' },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '1', controller: true },
        ],
      },
      { owner: 'db', suffix: '10', workload: { kind: 'StatefulSet', name: 'db' } },
    ],
  ])('names a pod by what made it: %s', (_, metadata, shown) => {
    expect(scenePod({ ...pod('any'), metadata: { ...metadata, namespace: 'lab06' } })).toMatchObject(shown);
  });
});
