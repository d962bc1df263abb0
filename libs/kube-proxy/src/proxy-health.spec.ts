import type { Node } from '@podlab/api';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildNode } from '@podlab/testkit';
import { PROXY_HEALTH_PORT, ProxyHealth } from './proxy-health';

const NOW = '2026-03-02T09:00:00Z';

function answerFor(node: Node | undefined): string[] {
  const network = new Network(createNetworkState(), { now: () => 0, random: () => 0 });
  network.addNamespace('node/node-a');
  const state = { listeners: new Map<string, number>(), status_listeners: new Map<string, number>() };
  const health = new ProxyHealth(
    network,
    state,
    () => node,
    () => NOW,
    'nftables',
  );
  health.sync([{ name: 'node-a', namespace: 'node/node-a' }]);
  const target = { protocol: 'TCP', destination: '127.0.0.1', port: PROXY_HEALTH_PORT } as const;
  const { connection } = network.connect('node/node-a', target);
  connection?.send(utf8Encode('GET /healthz HTTP/1.1\r\n\r\n'));
  return utf8Decode(connection?.receive()[0] as Uint8Array).split('\r\n');
}

// KEP-3836: nodes that are about to go fail the health check of load balancers.
describe('healthz of kube-proxy', () => {
  const node = buildNode('node-a') as Node;
  const taint = { key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' };

  it.each<[string, Node | undefined, string]>([
    ['is there', node, 'HTTP/1.1 200 OK'],
    ['is cordoned', { ...node, spec: { ...node.spec, unschedulable: true } }, 'HTTP/1.1 200 OK'],
    [
      'is being deleted',
      { ...node, metadata: { ...node.metadata, deletionTimestamp: NOW } },
      'HTTP/1.1 503 Service Unavailable',
    ],
    [
      'the autoscaler will delete',
      { ...node, spec: { ...node.spec, taints: [taint] } },
      'HTTP/1.1 503 Service Unavailable',
    ],
    ['is gone', undefined, 'HTTP/1.1 503 Service Unavailable'],
  ])('of a node that %s', (_title, found, expected) => {
    const lines = answerFor(found);
    expect(lines[0]).toBe(expected);
    expect(lines.at(-1)).toContain(`"nodeEligible": ${expected.includes('200')}`);
  });
});
