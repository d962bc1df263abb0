import { container, lab, pod, runtimeOf } from '../test-support';

const PORTS = [
  { containerPort: 80, hostPort: 8080, protocol: 'TCP' },
  { containerPort: 53, hostPort: 5353, hostIP: '172.18.0.3', protocol: 'UDP' },
  { containerPort: 443, protocol: 'TCP' },
];

const natRules = (harness: ReturnType<typeof lab>) =>
  runtimeOf(harness)
    .network.iptables('node/node-a')
    .render('nat')
    .split('\n')
    .filter((line) => line.startsWith('-A') && /CNI/.test(line))
    .map((line) =>
      line.replace(/CNI-DN-[0-9a-f]{21}/g, 'CNI-DN-x').replace(/id: \\"[0-9a-f]{64}/, 'id: \\"y'),
    );

// Models the rules of containernetworking plugins/meta/portmap/portmap_iptables_test.go.
describe('host ports of a pod', () => {
  it('are translated to the pod, marked where the answer would not come back, and gone with the pod', () => {
    const harness = lab();
    harness.client.create('pods', pod('web', { containers: [container('main', {}, { ports: PORTS })] }));
    harness.settle();
    expect(natRules(harness)).toEqual([
      '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
      '-A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000',
      '-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
      '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"y\\"" -m multiport --dports 8080 -j CNI-DN-x',
      '-A CNI-HOSTPORT-DNAT -p udp -m comment --comment "dnat name: \\"cbr0\\" id: \\"y\\"" -m multiport --dports 5353 -j CNI-DN-x',
      '-A CNI-DN-x -s 10.244.0.0/24 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK',
      '-A CNI-DN-x -s 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK',
      '-A CNI-DN-x -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.244.0.2:80',
      '-A CNI-DN-x -s 10.244.0.0/24 -d 172.18.0.3/32 -p udp -m udp --dport 5353 -j CNI-HOSTPORT-SETMARK',
      '-A CNI-DN-x -s 127.0.0.1/32 -d 172.18.0.3/32 -p udp -m udp --dport 5353 -j CNI-HOSTPORT-SETMARK',
      '-A CNI-DN-x -d 172.18.0.3/32 -p udp -m udp --dport 5353 -j DNAT --to-destination 10.244.0.2:53',
    ]);
    harness.client.delete('pods', 'default/web');
    harness.settle();
    expect(natRules(harness).filter((rule) => /CNI-DN|-A CNI-HOSTPORT-DNAT/.test(rule))).toEqual([]);
  });

  it('make no rules on a node whose pods have none', () => {
    const harness = lab();
    harness.client.create('pods', pod('web'));
    harness.settle();
    expect(natRules(harness)).toEqual([]);
  });
});
