import { utf8Encode } from '@podlab/kernel';
import {
  Bench,
  buildTwoNodes,
  NODE_A,
  NODE_B,
  OUTSIDE,
  POD_A,
  POD_B,
  writeBalancing,
} from '../bench/two-nodes';
import type { Network } from './network';
import type { Header } from './packet';
import { TraceRecorder } from './trace';
import type { RawStep } from './trace';

function build(): Network {
  const network = new Bench().network();
  buildTwoNodes(network);
  network.handlers.set('web', { onData: (connection) => void connection.send(utf8Encode('ok')) });
  network.listen(POD_B, { protocol: 'TCP', port: 8080, handler: 'web' });
  const backends = [{ address: '10.244.2.7', port: 8080 }];
  const web = { name: 'web', address: '10.96.0.1', port: 80, node_port: 30123, backends };
  for (const node of [NODE_A, NODE_B]) writeBalancing(network, node, [web]);
  return network;
}

/** The trace of one request, a line a step; what only links and neighbours do is left out. */
function lines(from: string, destination: string, port: number): string[] {
  const network = build();
  const recorder = new TraceRecorder();
  const { connection } = network.connect(from, { protocol: 'TCP', destination, port, recorder });
  connection?.send(utf8Encode('GET'));
  return recorder.hops.flatMap(({ direction, namespace, interface: name, steps }) => [
    `${direction} ${namespace} ${name ?? '-'}`,
    ...steps.filter(({ type }) => type !== 'Link' && type !== 'Arp').map((step) => `  ${line(step)}`),
  ]);
}

function line(step: RawStep): string {
  const change = step.before === step.after ? '' : ` ${show(step.before)} => ${show(step.after)}`;
  return `${step.type} ${step.action}${change}${step.rule === undefined ? '' : ` | ${step.rule.text}`}`;
}

function show(header: Header): string {
  return `${header.source}:${header.source_port} ${header.destination}:${header.destination_port} ttl ${header.ttl}`;
}

describe('a trace', () => {
  it('of a pod that asks a virtual address', () => {
    expect(lines(POD_A, '10.96.0.1', 80)).toEqual([
      'request pod/a -',
      '  Socket Forwarded',
      '  Routing Forwarded',
      'request node/node-a cni0',
      '  Conntrack Forwarded',
      '  DestinationNat Translated 10.244.1.5:32768 10.96.0.1:80 ttl 64 => 10.244.1.5:32768 10.244.2.7:8080 ttl 64 | -A KUBE-SEP-WEB-0 -p tcp -m comment --comment web -j DNAT --to-destination 10.244.2.7:8080',
      '  Routing Forwarded 10.244.1.5:32768 10.244.2.7:8080 ttl 64 => 10.244.1.5:32768 10.244.2.7:8080 ttl 63',
      '  Encapsulation Translated 10.244.1.5:32768 10.244.2.7:8080 ttl 63 => 192.168.0.11:39094 192.168.0.12:8472 ttl 64',
      '  Routing Forwarded',
      'request node/node-b eth0',
      '  Routing Forwarded',
      '  Encapsulation Translated 192.168.0.11:39094 192.168.0.12:8472 ttl 64 => 10.244.1.5:32768 10.244.2.7:8080 ttl 63',
      '  Conntrack Forwarded',
      '  Routing Forwarded 10.244.1.5:32768 10.244.2.7:8080 ttl 63 => 10.244.1.5:32768 10.244.2.7:8080 ttl 62',
      'request pod/b eth0',
      '  Routing Forwarded',
      '  Socket Delivered',
      '  Application Answered',
      'reply pod/b -',
      '  Socket Answered',
      '  Routing Forwarded',
      'reply node/node-b cni0',
      '  Conntrack Forwarded',
      '  Routing Forwarded 10.244.2.7:8080 10.244.1.5:32768 ttl 64 => 10.244.2.7:8080 10.244.1.5:32768 ttl 63',
      '  Iptables Forwarded | -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '  Encapsulation Translated 10.244.2.7:8080 10.244.1.5:32768 ttl 63 => 192.168.0.12:50693 192.168.0.11:8472 ttl 64',
      '  Routing Forwarded',
      'reply node/node-a eth0',
      '  Routing Forwarded',
      '  Encapsulation Translated 192.168.0.12:50693 192.168.0.11:8472 ttl 64 => 10.244.2.7:8080 10.244.1.5:32768 ttl 63',
      '  Conntrack Forwarded',
      '  Routing Forwarded 10.244.2.7:8080 10.244.1.5:32768 ttl 63 => 10.244.2.7:8080 10.244.1.5:32768 ttl 62',
      '  Iptables Forwarded | -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '  Conntrack Translated 10.244.2.7:8080 10.244.1.5:32768 ttl 62 => 10.96.0.1:80 10.244.1.5:32768 ttl 62',
      'reply pod/a eth0',
      '  Routing Forwarded',
      '  Socket Delivered',
    ]);
  });

  it('of the outside that asks a port of the node where the backend is', () => {
    const port = /:(?!80\b|8080\b|30123\b|32768\b)\d+/g;
    const shown = lines(OUTSIDE, '192.168.0.12', 30123).map((text) => text.replace(port, ':PORT'));
    expect(shown.slice(0, 16)).toEqual([
      'request external -',
      '  Socket Forwarded',
      '  Routing Forwarded',
      'request node/node-b eth0',
      '  Conntrack Forwarded',
      '  Iptables Forwarded | -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
      '  DestinationNat Translated 192.168.0.1:32768 192.168.0.12:30123 ttl 64 => 192.168.0.1:32768 10.244.2.7:8080 ttl 64 | -A KUBE-SEP-WEB-0 -p tcp -m comment --comment web -j DNAT --to-destination 10.244.2.7:8080',
      '  Routing Forwarded 192.168.0.1:32768 10.244.2.7:8080 ttl 64 => 192.168.0.1:32768 10.244.2.7:8080 ttl 63',
      '  Iptables Forwarded | -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
      '  Iptables Forwarded | -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
      '  SourceNat Translated 192.168.0.1:32768 10.244.2.7:8080 ttl 63 => 10.244.2.1:PORT 10.244.2.7:8080 ttl 63 | -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
      'request pod/b eth0',
      '  Routing Forwarded',
      '  Socket Delivered',
      '  Application Answered',
      'reply pod/b -',
    ]);
  });

  it('keeps one header object as long as nothing changes', () => {
    const network = build();
    const recorder = new TraceRecorder();
    network.connect(POD_A, { protocol: 'TCP', destination: '10.96.0.1', port: 80, recorder });
    const [first] = recorder.hops;
    expect(new Set(first.steps.flatMap((step) => [step.before, step.after])).size).toBe(1);
  });
});
