import type { SendRequestBody } from '@podlab/contracts';
import type { Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  create,
  deployment,
  lab,
  patch,
  podsOf,
  send,
  service,
  settle,
} from './test-support';

const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const web = (spec: object = {}, options: Parameters<typeof deployment>[1] = {}) => [
  deployment('web', options),
  service('web', { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec }),
];
const pod = (name: string, spec: object) =>
  ({ kind: 'Pod', metadata: { name, namespace: 'lab06', labels: { app: name } }, spec }) as never;
const sh = (script: string, image = 'busybox:1.36') => ({
  containers: [{ name: 'main', image, command: ['sh', '-c', script] }],
});
const DEPLOYMENT = '/apis/apps/v1/namespaces/lab06/deployments/web';

interface Corner {
  readonly make: () => Cluster;
  readonly ask: (cluster: Cluster) => SendRequestBody;
  /** Of the message, and the field that it is about. */
  readonly field: string | null;
  /** What becomes of the request when the fix is made; without it there is none. */
  readonly mended?: string;
}

const ask =
  (to: string | ((cluster: Cluster) => string), more: object = {}) =>
  (cluster: Cluster) =>
    ({ from: CLIENT, to: typeof to === 'string' ? to : to(cluster), ...more }) as SendRequestBody;

const CORNERS: Record<string, Corner> = {
  'SourcePortInUse: a port that a kept connection has': {
    make() {
      const cluster = lab(web());
      send(cluster, CLIENT, 'http://web/', { source_port: 40_000, connection: { keep: 'one' } });
      return cluster;
    },
    ask: ask('http://web/', { source_port: 40_000 }),
    field: 'source_port',
    mended: 'Delivered',
  },
  'SourcePortInUse.Address: an address that the node does not have': {
    make: () => lab(web({ type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }] })),
    ask: () => ({ from: { kind: 'Node', name: 'node-a', ip: '192.0.2.250' }, to: 'http://node-b:30123/' }),
    field: 'from.ip',
    mended: 'Delivered',
  },
  'PodFinished: a pod that has done its work': {
    make: () =>
      lab([
        pod('web', { ...sh('exit 0'), restartPolicy: 'Never' }),
        service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
      ]),
    ask: ask('http://web/'),
    field: 'status.phase',
  },
  'PodTerminating: the last pod on its way out': {
    make() {
      const cluster = lab(
        web(
          {},
          {
            template: { terminationGracePeriodSeconds: 60 },
            image: 'busybox:1.36',
            container: { command: ['sh', '-c', "trap '' TERM; sleep 1000"] },
          },
        ),
      );
      call(cluster, 'DELETE', `/api/v1/namespaces/lab06/pods/${podsOf(cluster, 'web')[0].metadata.name}`, {});
      patch(cluster, DEPLOYMENT, [{ op: 'replace', path: '/spec/replicas', value: 0 }]);
      cluster.runUntil(cluster.now() + 2_000, 100_000);
      return cluster;
    },
    ask: ask('http://web/'),
    field: 'metadata.deletionTimestamp',
    mended: 'NoReplicas',
  },
  'PodsNotCreated.Paused: a Deployment that is paused': {
    make: () =>
      lab([
        { ...deployment('web'), spec: { ...deployment('web').spec, paused: true } },
        service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
      ]),
    ask: ask('http://web/'),
    field: 'spec.paused',
    mended: 'Delivered',
  },
  'PodsNotCreated.Yet: a Deployment of this very moment': {
    make() {
      const cluster = lab([service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })]);
      create(cluster, deployment('web'));
      return cluster;
    },
    ask: ask('http://web/'),
    field: 'status.conditions',
    mended: 'Delivered',
  },
  'TargetPortNotListening.Protocol: a Service of UDP before pods of TCP': {
    make: () => lab(web({ ports: [{ port: 80, protocol: 'UDP' }] })),
    ask: ask('udp://web:80', { body: 'x' }),
    field: 'spec.ports[0].protocol',
    mended: 'PortNotExposedByService.Protocol',
  },
  'TargetPortNameNotFound.NothingNear: a name, and pods that name no port': {
    make: () => lab(web({ ports: [{ port: 80, targetPort: 'http' }] }, { container: { ports: [] } })),
    ask: ask('http://web/'),
    field: 'spec.ports[0].targetPort',
  },
  'ReadinessProbePending: a probe that has yet to run': {
    make: () =>
      lab(
        web(
          {},
          { container: { readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 600 } } },
        ),
      ),
    ask: ask('http://web/'),
    field: 'spec.containers[0].readinessProbe',
    mended: 'Delivered',
  },
  'NoAnswer: a server that has nothing to say': {
    make: () =>
      lab([
        deployment('web', { image: AGNHOST, container: { args: ['netexec', '--udp-port=9000'] } }),
        service('web', { selector: { app: 'web' }, ports: [{ port: 9000, protocol: 'UDP' }] }),
      ]),
    ask: ask('udp://web:9000', { body: 'nonsense' }),
    field: 'spec.containers',
  },
};

describe('in a corner of the cluster', () => {
  it.each(Object.entries(CORNERS))('%s', (title, { make, ask: body, field, mended }) => {
    const cluster = make();
    const written = body(cluster);
    const again = ({ from, to, ...more }: SendRequestBody) => send(cluster, from, to, more as never);
    const { diagnosis } = again(written);
    expect([diagnosis?.message.code, diagnosis?.field]).toEqual([title.slice(0, title.indexOf(':')), field]);
    if (mended === undefined) {
      expect(diagnosis?.fix).toBeNull();
      return;
    }
    const request = again(
      applyFix(cluster, written, diagnosis?.fix as NonNullable<typeof diagnosis>['fix'] & object),
    );
    expect(request.diagnosis?.message.code ?? request.disposition).toBe(mended);
    settle(cluster);
  });
});
