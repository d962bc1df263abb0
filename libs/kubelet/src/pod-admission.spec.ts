import type { Node, PodSpec, ResourceRequirements } from '@podlab/api';
import { container, eventsOf, lab, pod, runtimeOf, stored } from './test-support';

const asking = (
  requests: Record<string, string>,
  resources: ResourceRequirements = { requests },
): Partial<PodSpec> => ({
  containers: [container('main', {}, { resources })],
});
const withPort = (hostPort: number, hostIP?: string): Partial<PodSpec> => ({
  containers: [
    container(
      'main',
      {},
      { ports: [{ containerPort: 80, hostPort, protocol: 'TCP', ...(hostIP && { hostIP }) }] },
    ),
  ],
});
const onZone = (zone: string): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }],
      },
    },
  },
});

/** Two nodes of 4 cores, 8 GiB and five pods; node-a is in the zone `east`. */
function nodes(change: (node: Node) => Node = (node) => node) {
  const harness = lab();
  const allocatable = { cpu: '4', memory: '8Gi', pods: '5', 'ephemeral-storage': '20Gi' };
  harness.edit<Node>('nodes', 'node-a', (each) =>
    change({ ...each, metadata: { ...each.metadata, labels: { ...each.metadata.labels, zone: 'east' } } }),
  );
  const node = harness.get<Node>('nodes', 'node-a');
  harness.client.updateStatus('nodes', { ...node, status: { ...node.status, allocatable } });
  return harness;
}

const BESIDE = asking({ cpu: '3', memory: '6Gi' });

// Cases of pkg/kubelet/lifecycle/predicate_test.go TestGeneralPredicates and pkg/scheduler/framework/plugins/noderesources/fit_test.go.
describe('a pod that names its node itself', () => {
  test.each<
    [what: string, beside: Partial<PodSpec>, spec: Partial<PodSpec>, reason: string, message: string]
  >([
    [
      'asks for more CPU than is left',
      BESIDE,
      asking({ cpu: '1500m' }),
      'OutOfcpu',
      "Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000",
    ],
    [
      'asks for more memory than is left',
      BESIDE,
      asking({ cpu: '1', memory: '3Gi' }),
      'OutOfmemory',
      "Node didn't have enough resource: memory, requested: 3221225472, used: 6442450944, capacity: 8589934592",
    ],
    [
      'asks for more storage than there is',
      {},
      asking({ 'ephemeral-storage': '21Gi' }),
      'OutOfephemeral-storage',
      "Node didn't have enough resource: ephemeral-storage, requested: 22548578304, used: 0, capacity: 21474836480",
    ],
    [
      'wants a port of the node that is taken',
      withPort(8080),
      withPort(8080),
      'NodePorts',
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
    [
      'wants a port of one address that is taken on all',
      withPort(8080),
      withPort(8080, '127.0.0.1'),
      'NodePorts',
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
    [
      'selects other nodes',
      {},
      { nodeSelector: { zone: 'west' } },
      'NodeAffinity',
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'must be on other nodes',
      {},
      onZone('west'),
      'NodeAffinity',
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'is of another system',
      {},
      { os: { name: 'windows' } },
      'PodOSNotSupported',
      "Failed to admit pod as the OS field doesn't match node OS",
    ],
  ])('and %s is not taken', (_what, beside, spec, reason, message) => {
    const harness = nodes();
    harness.client.create('pods', pod('first', beside));
    harness.client.create('pods', pod('web', spec));
    harness.settle();
    expect(stored(harness, 'first').status?.phase).toBe('Running');
    const { status = {} } = stored(harness, 'web');
    expect(status).toMatchObject({ phase: 'Failed', reason, message: `Pod was rejected: ${message}` });
    expect([status.containerStatuses, status.hostIP, status.podIP]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(eventsOf(harness, 'web')).toEqual([expect.stringContaining(`${reason}: ${message}`)]);
    expect(runtimeOf(harness).asked).toEqual(['start main']);
  });

  test.each<[string, Partial<PodSpec>, Partial<PodSpec>]>([
    ['what is left', BESIDE, asking({ cpu: '1', memory: '2Gi' })],
    ['nothing of a node that is full', asking({ cpu: '4' }), {}],
    ['a resource that is not the node’s', {}, asking({ 'example.com/gpu': '1' })],
    ['another port', withPort(8080), withPort(8081)],
    ['the same port of another address', withPort(8080, '127.0.0.1'), withPort(8080, '172.18.0.3')],
    ['a zone that the node is in', {}, onZone('east')],
  ])('and asks for %s runs', (_what, beside, spec) => {
    const harness = nodes();
    harness.client.create('pods', pod('first', beside));
    harness.client.create('pods', pod('web', spec));
    harness.settle();
    expect(stored(harness, 'web').status?.phase).toBe('Running');
  });

  test('and is one too many is not taken; when another goes there is place again', () => {
    const harness = nodes();
    for (let index = 1; index <= 6; index++) harness.client.create('pods', pod(`web-${index}`));
    harness.settle();
    expect(stored(harness, 'web-6').status).toMatchObject({
      reason: 'OutOfpods',
      message: "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 5, capacity: 5",
    });
    harness.client.delete('pods', 'default/web-1');
    harness.settle();
    harness.client.create('pods', pod('web-7'));
    harness.settle();
    expect(stored(harness, 'web-7').status?.phase).toBe('Running');
  });

  test('on a node with a taint that lets nobody stay is taken only when it tolerates that', () => {
    const taint = { key: 'gone', value: 'soon', effect: 'NoExecute' };
    const harness = nodes((node) => ({ ...node, spec: { ...node.spec, taints: [taint] } }));
    harness.client.create('pods', pod('web'));
    harness.client.create('pods', pod('tough', { tolerations: [{ key: 'gone', operator: 'Exists' }] }));
    harness.settle();
    expect(stored(harness, 'web').status).toMatchObject({
      reason: 'TaintToleration',
      message:
        "Pod was rejected: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    });
    expect(stored(harness, 'tough').status?.phase).toBe('Running');
  });

  test('and was not taken goes when it is deleted', () => {
    const harness = nodes();
    harness.client.create('pods', pod('web', { nodeSelector: { zone: 'west' } }));
    harness.settle();
    harness.client.delete('pods', 'default/web');
    harness.settle();
    expect(harness.list('pods')).toEqual([]);
  });
});
