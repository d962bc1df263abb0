import { utf8Encode } from '@podlab/kernel';
import { TraceRecorder } from '../src';
import type { Network } from '../src';
import { Bench, buildTwoNodes, NODE_A, NODE_B, POD_A, POD_B, writeBalancing } from './two-nodes';
import type { Balanced } from './two-nodes';

const REQUEST = utf8Encode('GET / HTTP/1.1\r\nHost: web\r\n\r\n');
const RESPONSE = utf8Encode('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

function build(services: number): Network {
  const network = new Bench().network();
  buildTwoNodes(network);
  network.handlers.set('http', { onData: (connection) => void connection.send(RESPONSE) });
  network.listen(POD_B, { protocol: 'TCP', port: 80, handler: 'http' });
  const backends = [{ address: '10.244.2.7', port: 80 }];
  const balanced: Balanced[] = [];
  for (let i = 0; i < services; i++) {
    const address = `10.96.${i >> 8}.${i & 255}`;
    balanced.push({ name: `web-${i}`, address, port: 80, node_port: 30_000 + (i % 2000), backends });
  }
  for (const node of [NODE_A, NODE_B]) writeBalancing(network, node, balanced);
  return network;
}

function run(network: Network, requests: number, traced: boolean, services: number): number {
  const destination = `10.96.${(services - 1) >> 8}.${(services - 1) & 255}`;
  const start = performance.now();
  for (let i = 0; i < requests; i++) {
    const recorder = traced ? new TraceRecorder() : undefined;
    const { connection } = network.connect(POD_A, { protocol: 'TCP', destination, port: 80, recorder });
    if (connection === undefined || !connection.send(REQUEST) || connection.receive().length !== 1) {
      throw new Error('the request was not answered');
    }
    connection.close();
  }
  return Math.round(requests / ((performance.now() - start) / 1000));
}

function best(services: number, traced: boolean): number {
  const network = build(services);
  run(network, 5000, traced, services);
  return Math.max(...[1, 2, 3].map(() => run(network, 30_000, traced, services)));
}

const result = {
  requests_per_second: best(5, false),
  requests_per_second_5000_services: best(5000, false),
  traced_requests_per_second: best(5, true),
};
console.log(JSON.stringify(result));
