import { FaultCreate } from '@podlab/contracts';
import type { Cluster } from '../cluster';
import { call, create, patch, settle } from '../test-support';
import { podsNamed } from './world';

/** Something that is done to a cluster. */
export interface Mistake {
  readonly name: string;
  /** Whether every failure that it causes has a fix. */
  readonly fixable: boolean;
  readonly make: (cluster: Cluster) => void;
}

const LAB = 'namespaces/lab06';
const WEB = `/api/v1/${LAB}/services/web`;
const ECHO = `/api/v1/${LAB}/services/echo`;
const WEB_PODS = `/apis/apps/v1/${LAB}/deployments/web`;
const ECHO_PODS = `/apis/apps/v1/${LAB}/deployments/echo`;
const INGRESS = `/apis/networking.k8s.io/v1/${LAB}/ingresses/main`;
const SLICE = `/apis/discovery.k8s.io/v1/${LAB}/endpointslices/outer-1`;
const COREDNS = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';
const CONTAINER = '/spec/template/spec/containers/0';

const set = (path: string, field: string, value: unknown) => (cluster: Cluster) =>
  void patch(cluster, path, [{ op: 'add', path: field, value }]);
/** The same in a pod template: the old pods go at once, as if there had never been any. */
const template = (path: string, field: string, value: unknown) => (cluster: Cluster) => {
  patch(cluster, path, [
    { op: 'replace', path: '/spec/strategy', value: { type: 'Recreate' } },
    { op: 'add', path: field, value },
  ]);
};
const remove = (path: string) => (cluster: Cluster) => void call(cluster, 'DELETE', path, {});
const fault = (body: object) => (cluster: Cluster) => void cluster.inject(FaultCreate.parse(body));
const onPod =
  (app: string, kind: string, params: object = {}) =>
  (cluster: Cluster) => {
    for (const { metadata } of podsNamed(cluster, app)) {
      const target = { kind: 'Pod', namespace: 'lab06', name: metadata.name };
      cluster.inject(FaultCreate.parse({ kind, target, params }));
    }
  };
const onNode = (name: string, kind: string, params: object = {}) =>
  fault({ kind, target: { kind: 'Node', name }, params });
const policy =
  (name: string, spec: object, namespace = 'lab06') =>
  (cluster: Cluster) =>
    void create(cluster, { kind: 'NetworkPolicy', metadata: { name, namespace }, spec } as never);
const cloud = (settings: object) => (cluster: Cluster) => {
  const service = call(cluster, 'GET', WEB, undefined) as { spec: object };
  remove(WEB)(cluster);
  settle(cluster);
  const { spec, ...change } = settings as { spec?: object };
  cluster.perform({ kind: 'Cloud', settings: { ...cluster.cloud(), ...change } });
  const { ports, selector, type } = service.spec as Record<string, unknown>;
  create(cluster, {
    kind: 'Service',
    metadata: { name: 'web', namespace: 'lab06' },
    spec: { ports, selector, type, ...spec },
  } as never);
};
const allNodes = (field: string, value: unknown) => (cluster: Cluster) => {
  for (const { name } of cluster.nodes()) set(`/api/v1/nodes/${name}`, field, value)(cluster);
};
const restart = (app: string) => (cluster: Cluster) => {
  for (const { metadata } of podsNamed(cluster, app)) remove(`/api/v1/${LAB}/pods/${metadata.name}`)(cluster);
};
const all =
  (...acts: readonly ((cluster: Cluster) => void)[]) =>
  (cluster: Cluster) => {
    for (const act of acts) act(cluster);
  };
const sh = (script: string) => ['sh', '-c', script];

const SERVICES: Readonly<Record<string, Mistake['make']>> = {
  'a selector with a slip': set(WEB, '/spec/selector/app', 'wbe'),
  'a selector with another key': set(WEB, '/spec/selector', { name: 'web' }),
  'a selector with one label too many': set(WEB, '/spec/selector/tier', 'front'),
  'a target port that nobody listens on': set(WEB, '/spec/ports/0/targetPort', 8080),
  'a target port by a name with a slip': set(ECHO, '/spec/ports/0/targetPort', 'wbe'),
  'a target port of the other protocol': set(ECHO, '/spec/ports/0/targetPort', 9000),
  'another port': set(WEB, '/spec/ports/0/port', 8000),
  'another node port': set(WEB, '/spec/ports/0/nodePort', 30090),
  'another protocol': set(WEB, '/spec/ports/0/protocol', 'UDP'),
  'a Service of type ClusterIP': set(ECHO, '/spec/type', 'ClusterIP'),
  'a load balancer that is none any more': set(WEB, '/spec/type', 'NodePort'),
  'externalTrafficPolicy Local': all(
    set(WEB, '/spec/externalTrafficPolicy', 'Local'),
    set(ECHO, '/spec/externalTrafficPolicy', 'Local'),
  ),
  'internalTrafficPolicy Local': set(ECHO, '/spec/internalTrafficPolicy', 'Local'),
  'source ranges': set(WEB, '/spec/loadBalancerSourceRanges', ['192.0.2.0/24']),
  'no Service': remove(WEB),
  'endpoints by hand at no pod': set(SLICE, '/endpoints', [{ addresses: ['10.244.1.99'] }]),
  'endpoints by hand at nobody': set(SLICE, '/endpoints', [{ addresses: ['172.18.0.77'] }]),
  'endpoints by hand at a closed port': set(SLICE, '/ports', [{ port: 81, protocol: 'TCP' }]),
  'endpoints by hand with a port of another name': set(SLICE, '/ports', [
    { name: 'web', port: 80, protocol: 'TCP' },
  ]),
  'endpoints by hand that are not ready': set(SLICE, '/endpoints', [
    { addresses: ['203.0.113.80'], conditions: { ready: false } },
  ]),
  'no endpoints by hand': remove(SLICE),
  'an alias with a slip': set(`/api/v1/${LAB}/services/alias`, '/spec/externalName', 'exmaple.com'),
  'an alias to nowhere': set(`/api/v1/${LAB}/services/alias`, '/spec/externalName', 'nowhere.test'),
};

const PODS: Readonly<Record<string, Mistake['make']>> = {
  'no replicas': set(WEB_PODS, '/spec/replicas', 0),
  'no replicas of a headless Service': set(`/apis/apps/v1/${LAB}/deployments/db`, '/spec/replicas', 0),
  'no Deployment': remove(WEB_PODS),
  'pods that went': restart('web'),
  'an image with a slip': template(WEB_PODS, `${CONTAINER}/image`, 'ngnix:1.27'),
  'a node selector that no node has': template(WEB_PODS, '/spec/template/spec/nodeSelector', { disk: 'ssd' }),
  'a node that is not there': template(WEB_PODS, '/spec/template/spec/nodeName', 'node-z'),
  'a request for too much': template(WEB_PODS, `${CONTAINER}/resources`, { requests: { memory: '900Gi' } }),
  'a host port that is taken': template(WEB_PODS, '/spec/template/spec', {
    nodeSelector: { 'kubernetes.io/hostname': 'node-b' },
    containers: [{ name: 'main', image: 'nginx:1.27', ports: [{ containerPort: 80, hostPort: 8088 }] }],
  }),
  'an affinity that no node meets': template(WEB_PODS, '/spec/template/spec/affinity', {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }],
      },
    },
  }),
  'nodes that take no pods': all(allNodes('/spec/unschedulable', true), restart('web')),
  'nodes with a taint': all(
    allNodes('/spec/taints', [{ key: 'dedicated', value: 'others', effect: 'NoSchedule' }]),
    restart('web'),
  ),
  'a volume of a claim that is not there': template(WEB_PODS, '/spec/template/spec/volumes', [
    { name: 'data', persistentVolumeClaim: { claimName: 'nothing' } },
  ]),
  'a variable from a ConfigMap that is not there': template(WEB_PODS, `${CONTAINER}/env`, [
    { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'nothing', key: 'mode' } } },
  ]),
  'a volume of a Secret that is not there': template(WEB_PODS, '/spec/template/spec/volumes', [
    { name: 'data', secret: { secretName: 'nothing' } },
  ]),
  'a service account that is not there': template(
    WEB_PODS,
    '/spec/template/spec/serviceAccountName',
    'nobody',
  ),
  'a command that ends': template(WEB_PODS, `${CONTAINER}/command`, sh('exit 3')),
  'a command that is not there': template(WEB_PODS, `${CONTAINER}/command`, ['ngnix']),
  'a command that listens on nothing': template(WEB_PODS, `${CONTAINER}/command`, ['sleep', 'infinity']),
  'a first container that ends': template(WEB_PODS, '/spec/template/spec/initContainers', [
    { name: 'first', image: 'busybox:1.36', command: sh('exit 4') },
  ]),
  'a first container that waits': template(WEB_PODS, '/spec/template/spec/initContainers', [
    { name: 'first', image: 'busybox:1.36', command: ['sleep', 'infinity'] },
  ]),
  'a first container with a slip in its image': template(WEB_PODS, '/spec/template/spec/initContainers', [
    { name: 'first', image: 'bsuybox:1.36' },
  ]),
  'a readiness probe of a wrong port': template(ECHO_PODS, `${CONTAINER}/readinessProbe`, {
    httpGet: { path: '/', port: 8081 },
  }),
  'a readiness probe of a wrong path': template(WEB_PODS, `${CONTAINER}/readinessProbe`, {
    httpGet: { path: '/ready', port: 80 },
  }),
  'a readiness probe of a wrong port name': template(WEB_PODS, `${CONTAINER}/readinessProbe`, {
    httpGet: { path: '/', port: 'wbe' },
  }),
  'a readiness probe by a command that fails': template(WEB_PODS, `${CONTAINER}/readinessProbe`, {
    exec: { command: ['false'] },
  }),
  'a readiness probe by TCP of a wrong port': template(WEB_PODS, `${CONTAINER}/readinessProbe`, {
    tcpSocket: { port: 8080 },
  }),
  'a startup probe that fails': template(WEB_PODS, `${CONTAINER}/startupProbe`, {
    tcpSocket: { port: 8080 },
    failureThreshold: 1000,
  }),
  'a liveness probe that fails': template(WEB_PODS, `${CONTAINER}/livenessProbe`, {
    tcpSocket: { port: 8080 },
    periodSeconds: 1,
    failureThreshold: 1,
  }),
  'a readiness gate that nobody opens': template(WEB_PODS, '/spec/template/spec/readinessGates', [
    { conditionType: 'example.org/ready' },
  ]),
};

const NETWORK: Readonly<Record<string, Mistake['make']>> = {
  'a node that is down': onNode('node-b', 'NodeDown'),
  'a link of a node that is down': onNode('node-a', 'LinkDown'),
  'a node that loses everything': onNode('node-b', 'PacketLoss', { loss: 1 }),
  'a node that is slow': onNode('node-b', 'LinkLatency', { latency_ms: 4_000 }),
  'pods that are made unready': onPod('web', 'PodUnready'),
  'pods that are made to crash': onPod('echo', 'ContainerCrash'),
  'links of pods that are down': onPod('web', 'LinkDown'),
  'pods that lose everything': onPod('db', 'PacketLoss', { loss: 1 }),
  'a sender whose link is down': onPod('client', 'LinkDown'),
  'an image that can’t be pulled': all(
    fault({ kind: 'ImagePullFailure', target: { kind: 'Image', name: 'httpd:2.4' } }),
    template(WEB_PODS, `${CONTAINER}/image`, 'httpd:2.4'),
  ),
  'no policy lets anything in': policy('deny', { podSelector: {}, policyTypes: ['Ingress'] }),
  'no policy lets anything out': policy('deny-out', { podSelector: {}, policyTypes: ['Egress'] }),
  'a policy with a slip in a label': policy('label', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'clinet' } } }] }],
  }),
  'a policy with another port': policy('port', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ ports: [{ port: 8080 }] }],
  }),
  'a policy without DNS': policy('names', {
    podSelector: { matchLabels: { app: 'client' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
  }),
  'a policy of the wrong protocol': policy('protocol', {
    podSelector: { matchLabels: { app: 'echo' } },
    ingress: [
      {
        ports: [
          { port: 8080, protocol: 'UDP' },
          { port: 9000, protocol: 'TCP' },
        ],
      },
    ],
  }),
  'a policy on the name server': policy(
    'dns',
    { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } }, policyTypes: ['Ingress'] },
    'kube-system',
  ),
  'no name server': set(COREDNS, '/spec/replicas', 0),
  'a name server that speaks no DNS': template(COREDNS, `${CONTAINER}/image`, 'example.org/names:1'),
  'no Service of the name server': remove('/api/v1/namespaces/kube-system/services/kube-dns'),
  'no cloud': cloud({ enabled: false }),
  'a quota that is used': cloud({ quota: 1 }),
  'a cloud that fails': cloud({ failing: true }),
  'a class of load balancers that nobody implements': cloud({
    spec: { loadBalancerClass: 'example.org/lb' },
  }),
};

const RULE = '/spec/rules/0';
const PATH = `${RULE}/http/paths/0`;
const INGRESSES: Readonly<Record<string, Mistake['make']>> = {
  'an Ingress of another host': set(INGRESS, `${RULE}/host`, 'wwww.example.org'),
  'an Ingress of another path': set(INGRESS, `${PATH}/path`, '/shop'),
  'an Ingress to a Service with a slip': set(INGRESS, `${PATH}/backend/service/name`, 'wbe'),
  'an Ingress to another port': set(INGRESS, `${PATH}/backend/service/port`, { number: 8080 }),
  'an Ingress to another port name': set(INGRESS, `${PATH}/backend/service/port`, { name: 'htp' }),
  'an Ingress of another class': set(INGRESS, '/spec/ingressClassName', 'nginxx'),
  'no Ingress': remove(INGRESS),
  'no ingress controller': set(
    '/apis/apps/v1/namespaces/ingress-nginx/deployments/ingress-nginx-controller',
    '/spec/replicas',
    0,
  ),
  'a policy on the ingress controller': policy(
    'controller',
    { podSelector: {}, policyTypes: ['Egress'] },
    'ingress-nginx',
  ),
};

/** After these something is missing that only its author can write: there is a diagnosis, and no fix. */
const UNFIXABLE: ReadonlySet<string> = new Set([
  'no Service',
  'no Deployment',
  'no Ingress',
  'no endpoints by hand',
  'endpoints by hand at no pod',
  'endpoints by hand at nobody',
  'an alias to nowhere',
  'a command that ends',
  'a command that listens on nothing',
  'a first container that ends',
  'a first container that waits',
  'a volume of a Secret that is not there',
  'a volume of a claim that is not there',
  'a readiness probe by a command that fails',
  'a readiness gate that nobody opens',
  'a class of load balancers that nobody implements',
  'a name server that speaks no DNS',
  'a Service of type ClusterIP',
  'another protocol',
]);

export const MISTAKES: readonly Mistake[] = Object.entries({
  ...SERVICES,
  ...PODS,
  ...NETWORK,
  ...INGRESSES,
}).map(([name, make]) => ({ name, make, fixable: !UNFIXABLE.has(name) }));
