import type { EndpointSlice, Service } from '@podlab/api';
import { copyData, utf8Decode } from '@podlab/kernel';
import { Network } from '@podlab/netstack';
import { createKubeProxy } from './kube-proxy';
import { PROXY_HEALTH_PORT } from './proxy-health';
import { addresses, addService, createHarness, NODES } from './test-support';

/** Rules of Kubernetes' chains as iptables-save prints them, without those that are the same in every cluster. */
function rulesOn(network: Network, node: string, table: 'nat' | 'filter'): string[] {
  return network
    .iptables(`node/${node}`)
    .render(table)
    .split('\n')
    .filter((line) => /^-A KUBE-/.test(line))
    .filter((line) => !/^-A KUBE-(FIREWALL|FORWARD|MARK-MASQ|POSTROUTING)/.test(line));
}

describe('kube-proxy in iptables mode writes', () => {
  it('the jumps and fixed chains of a node before there is any Service', () => {
    const { network, harness } = createHarness();
    harness.settle();
    expect(network.iptables('node/node-a').render()).toBe(`*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-IPTABLES-HINT - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-PROXY-CANARY - [0:0]
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FIREWALL - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A INPUT -j KUBE-FIREWALL
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -j KUBE-FIREWALL
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
COMMIT
`);
  });

  /** The Services, endpoints and chain names of kubernetes pkg/proxy/iptables/proxier_test.go TestOverallIPTablesRules. */
  it('what upstream writes for six kinds of Services', () => {
    const { network, harness } = createHarness();
    addService(harness, 'ns1/svc1', { clusterIP: '172.30.0.41' }, addresses('10.180.0.1'));
    addService(
      harness,
      'ns2/svc2',
      {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        clusterIP: '172.30.0.42',
        ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 3001 }],
        externalIPs: ['192.168.99.22'],
        healthCheckNodePort: 30000,
      },
      addresses('10.180.0.2'),
      ['1.2.3.4'],
    );
    addService(
      harness,
      'ns3/svc3',
      {
        type: 'NodePort',
        clusterIP: '172.30.0.43',
        ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 3003 }],
      },
      addresses('10.180.0.3'),
    );
    addService(
      harness,
      'ns4/svc4',
      { type: 'NodePort', clusterIP: '172.30.0.44', externalIPs: ['192.168.99.33'] },
      addresses('10.180.0.4', '10.180.0.5'),
    );
    addService(
      harness,
      'ns5/svc5',
      {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Cluster',
        clusterIP: '172.30.0.45',
        ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 3002 }],
        healthCheckNodePort: 30000,
        loadBalancerSourceRanges: [' 203.0.113.0/25'],
      },
      addresses('10.180.0.3'),
      ['5.6.7.8'],
    );
    addService(harness, 'ns6/svc6', { clusterIP: '172.30.0.46' });
    harness.settle();
    expect(rulesOn(network, 'node-a', 'filter')).toEqual([
      '-A KUBE-SERVICES -d 172.30.0.46/32 -p tcp -m comment --comment "ns6/svc6:p80 has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
      '-A KUBE-EXTERNAL-SERVICES -d 192.168.99.22/32 -p tcp -m comment --comment "ns2/svc2:p80 has no local endpoints" -m tcp --dport 80 -j DROP',
      '-A KUBE-EXTERNAL-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "ns2/svc2:p80 has no local endpoints" -m tcp --dport 80 -j DROP',
      '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "ns2/svc2:p80 has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 3001 -j DROP',
      '-A KUBE-NODEPORTS -p tcp -m comment --comment "ns2/svc2:p80 health check node port" -m tcp --dport 30000 -j ACCEPT',
      '-A KUBE-PROXY-FIREWALL -d 5.6.7.8/32 -p tcp -m comment --comment "ns5/svc5:p80 traffic not accepted by KUBE-FW-NUKIZ6OKUXPJNT4C" -m tcp --dport 80 -j DROP',
    ]);
    expect(rulesOn(network, 'node-a', 'nat').sort()).toEqual(
      [
        '-A KUBE-NODEPORTS -p tcp -m comment --comment "ns2/svc2:p80" -m tcp --dport 3001 -j KUBE-EXT-GNZBNJ2PO5MGZ6GT',
        '-A KUBE-NODEPORTS -p tcp -m comment --comment "ns3/svc3:p80" -m tcp --dport 3003 -j KUBE-EXT-X27LE4BHSL4DOUIK',
        '-A KUBE-NODEPORTS -p tcp -m comment --comment "ns5/svc5:p80" -m tcp --dport 3002 -j KUBE-EXT-NUKIZ6OKUXPJNT4C',
        '-A KUBE-SERVICES -d 172.30.0.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-SVC-XPGD46QRK7WJZT7O',
        '-A KUBE-SERVICES -d 172.30.0.42/32 -p tcp -m comment --comment "ns2/svc2:p80 cluster IP" -m tcp --dport 80 -j KUBE-SVC-GNZBNJ2PO5MGZ6GT',
        '-A KUBE-SERVICES -d 192.168.99.22/32 -p tcp -m comment --comment "ns2/svc2:p80 external IP" -m tcp --dport 80 -j KUBE-EXT-GNZBNJ2PO5MGZ6GT',
        '-A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "ns2/svc2:p80 loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-GNZBNJ2PO5MGZ6GT',
        '-A KUBE-SERVICES -d 172.30.0.43/32 -p tcp -m comment --comment "ns3/svc3:p80 cluster IP" -m tcp --dport 80 -j KUBE-SVC-X27LE4BHSL4DOUIK',
        '-A KUBE-SERVICES -d 172.30.0.44/32 -p tcp -m comment --comment "ns4/svc4:p80 cluster IP" -m tcp --dport 80 -j KUBE-SVC-4SW47YFZTEDKD3PK',
        '-A KUBE-SERVICES -d 192.168.99.33/32 -p tcp -m comment --comment "ns4/svc4:p80 external IP" -m tcp --dport 80 -j KUBE-EXT-4SW47YFZTEDKD3PK',
        '-A KUBE-SERVICES -d 172.30.0.45/32 -p tcp -m comment --comment "ns5/svc5:p80 cluster IP" -m tcp --dport 80 -j KUBE-SVC-NUKIZ6OKUXPJNT4C',
        '-A KUBE-SERVICES -d 5.6.7.8/32 -p tcp -m comment --comment "ns5/svc5:p80 loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-NUKIZ6OKUXPJNT4C',
        '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
        '-A KUBE-EXT-4SW47YFZTEDKD3PK -m comment --comment "masquerade traffic for ns4/svc4:p80 external destinations" -j KUBE-MARK-MASQ',
        '-A KUBE-EXT-4SW47YFZTEDKD3PK -j KUBE-SVC-4SW47YFZTEDKD3PK',
        '-A KUBE-EXT-GNZBNJ2PO5MGZ6GT -s 10.0.0.0/8 -m comment --comment "pod traffic for ns2/svc2:p80 external destinations" -j KUBE-SVC-GNZBNJ2PO5MGZ6GT',
        '-A KUBE-EXT-GNZBNJ2PO5MGZ6GT -m comment --comment "masquerade LOCAL traffic for ns2/svc2:p80 external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
        '-A KUBE-EXT-GNZBNJ2PO5MGZ6GT -m comment --comment "route LOCAL traffic for ns2/svc2:p80 external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-GNZBNJ2PO5MGZ6GT',
        '-A KUBE-EXT-NUKIZ6OKUXPJNT4C -m comment --comment "masquerade traffic for ns5/svc5:p80 external destinations" -j KUBE-MARK-MASQ',
        '-A KUBE-EXT-NUKIZ6OKUXPJNT4C -j KUBE-SVC-NUKIZ6OKUXPJNT4C',
        '-A KUBE-EXT-X27LE4BHSL4DOUIK -m comment --comment "masquerade traffic for ns3/svc3:p80 external destinations" -j KUBE-MARK-MASQ',
        '-A KUBE-EXT-X27LE4BHSL4DOUIK -j KUBE-SVC-X27LE4BHSL4DOUIK',
        '-A KUBE-FW-NUKIZ6OKUXPJNT4C -s 203.0.113.0/25 -m comment --comment "ns5/svc5:p80 loadbalancer IP" -j KUBE-EXT-NUKIZ6OKUXPJNT4C',
        '-A KUBE-FW-NUKIZ6OKUXPJNT4C -m comment --comment "other traffic to ns5/svc5:p80 will be dropped by KUBE-PROXY-FIREWALL"',
        '-A KUBE-SEP-C6EBXVWJJZMIWKLZ -s 10.180.0.5/32 -m comment --comment "ns4/svc4:p80" -j KUBE-MARK-MASQ',
        '-A KUBE-SEP-C6EBXVWJJZMIWKLZ -p tcp -m comment --comment "ns4/svc4:p80" -m tcp -j DNAT --to-destination 10.180.0.5:80',
        '-A KUBE-SEP-I77PXRDZVX7PMWMN -s 10.180.0.3/32 -m comment --comment "ns5/svc5:p80" -j KUBE-MARK-MASQ',
        '-A KUBE-SEP-I77PXRDZVX7PMWMN -p tcp -m comment --comment "ns5/svc5:p80" -m tcp -j DNAT --to-destination 10.180.0.3:80',
        '-A KUBE-SEP-OYPFS5VJICHGATKP -s 10.180.0.3/32 -m comment --comment "ns3/svc3:p80" -j KUBE-MARK-MASQ',
        '-A KUBE-SEP-OYPFS5VJICHGATKP -p tcp -m comment --comment "ns3/svc3:p80" -m tcp -j DNAT --to-destination 10.180.0.3:80',
        '-A KUBE-SEP-RS4RBKLTHTF2IUXJ -s 10.180.0.2/32 -m comment --comment "ns2/svc2:p80" -j KUBE-MARK-MASQ',
        '-A KUBE-SEP-RS4RBKLTHTF2IUXJ -p tcp -m comment --comment "ns2/svc2:p80" -m tcp -j DNAT --to-destination 10.180.0.2:80',
        '-A KUBE-SEP-SXIVWICOYRO3J4NJ -s 10.180.0.1/32 -m comment --comment "ns1/svc1:p80" -j KUBE-MARK-MASQ',
        '-A KUBE-SEP-SXIVWICOYRO3J4NJ -p tcp -m comment --comment "ns1/svc1:p80" -m tcp -j DNAT --to-destination 10.180.0.1:80',
        '-A KUBE-SEP-UKSFD7AGPMPPLUHC -s 10.180.0.4/32 -m comment --comment "ns4/svc4:p80" -j KUBE-MARK-MASQ',
        '-A KUBE-SEP-UKSFD7AGPMPPLUHC -p tcp -m comment --comment "ns4/svc4:p80" -m tcp -j DNAT --to-destination 10.180.0.4:80',
        '-A KUBE-SVC-4SW47YFZTEDKD3PK ! -s 10.0.0.0/8 -d 172.30.0.44/32 -p tcp -m comment --comment "ns4/svc4:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
        '-A KUBE-SVC-4SW47YFZTEDKD3PK -m comment --comment "ns4/svc4:p80 -> 10.180.0.4:80" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-UKSFD7AGPMPPLUHC',
        '-A KUBE-SVC-4SW47YFZTEDKD3PK -m comment --comment "ns4/svc4:p80 -> 10.180.0.5:80" -j KUBE-SEP-C6EBXVWJJZMIWKLZ',
        '-A KUBE-SVC-GNZBNJ2PO5MGZ6GT ! -s 10.0.0.0/8 -d 172.30.0.42/32 -p tcp -m comment --comment "ns2/svc2:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
        '-A KUBE-SVC-GNZBNJ2PO5MGZ6GT -m comment --comment "ns2/svc2:p80 -> 10.180.0.2:80" -j KUBE-SEP-RS4RBKLTHTF2IUXJ',
        '-A KUBE-SVC-NUKIZ6OKUXPJNT4C ! -s 10.0.0.0/8 -d 172.30.0.45/32 -p tcp -m comment --comment "ns5/svc5:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
        '-A KUBE-SVC-NUKIZ6OKUXPJNT4C -m comment --comment "ns5/svc5:p80 -> 10.180.0.3:80" -j KUBE-SEP-I77PXRDZVX7PMWMN',
        '-A KUBE-SVC-X27LE4BHSL4DOUIK ! -s 10.0.0.0/8 -d 172.30.0.43/32 -p tcp -m comment --comment "ns3/svc3:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
        '-A KUBE-SVC-X27LE4BHSL4DOUIK -m comment --comment "ns3/svc3:p80 -> 10.180.0.3:80" -j KUBE-SEP-OYPFS5VJICHGATKP',
        '-A KUBE-SVC-XPGD46QRK7WJZT7O ! -s 10.0.0.0/8 -d 172.30.0.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
        '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" -j KUBE-SEP-SXIVWICOYRO3J4NJ',
      ].sort(),
    );
  });

  it('three endpoints with falling probabilities, and what remembers clients first', () => {
    const { network, harness } = createHarness();
    const spec = { clusterIP: '172.30.0.41', sessionAffinity: 'ClientIP' };
    addService(harness, 'ns1/svc1', spec, addresses('10.180.0.1', '10.180.0.2', '10.180.0.3'));
    harness.settle();
    const chain = (name: string) =>
      rulesOn(network, 'node-a', 'nat').filter((line) => line.includes(`-A ${name}`));
    expect(chain('KUBE-SVC-').slice(1)).toEqual([
      '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-SXIVWICOYRO3J4NJ --mask 255.255.255.255 --rsource -j KUBE-SEP-SXIVWICOYRO3J4NJ',
      '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.2:80" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-LXVODXWDISEETFEF --mask 255.255.255.255 --rsource -j KUBE-SEP-LXVODXWDISEETFEF',
      '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.3:80" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-ICDUIKC33SFI6ZPR --mask 255.255.255.255 --rsource -j KUBE-SEP-ICDUIKC33SFI6ZPR',
      '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-SXIVWICOYRO3J4NJ',
      '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.2:80" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-LXVODXWDISEETFEF',
      '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.3:80" -j KUBE-SEP-ICDUIKC33SFI6ZPR',
    ]);
    expect(chain('KUBE-SEP-SXIVWICOYRO3J4NJ')[1]).toBe(
      '-A KUBE-SEP-SXIVWICOYRO3J4NJ -p tcp -m comment --comment "ns1/svc1:p80" -m recent --set --name KUBE-SEP-SXIVWICOYRO3J4NJ --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.180.0.1:80',
    );
  });

  it('a Local traffic policy on the node that has the endpoint, and drops on the other', () => {
    const { network, harness } = createHarness();
    const spec = {
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      clusterIP: '172.30.0.41',
      ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 30123 }],
    };
    addService(harness, 'ns1/svc1', spec, [{ addresses: ['10.180.0.1'], nodeName: 'node-b' }]);
    harness.settle();
    const local = (node: string) =>
      rulesOn(network, node, 'nat').filter((line) => line.includes('KUBE-SVL-'));
    const dropped = (node: string) =>
      rulesOn(network, node, 'filter').filter((line) => line.includes('DROP'));
    expect(local('node-a')).toEqual([]);
    expect(dropped('node-a')).toEqual([
      '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "ns1/svc1:p80 has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30123 -j DROP',
    ]);
    expect(local('node-b')).toEqual([
      '-A KUBE-EXT-XPGD46QRK7WJZT7O -j KUBE-SVL-XPGD46QRK7WJZT7O',
      '-A KUBE-SVL-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" -j KUBE-SEP-SXIVWICOYRO3J4NJ',
    ]);
    expect(dropped('node-b')).toEqual([]);
  });

  it('node ports only on the addresses that --nodeport-addresses names', () => {
    const { network, harness } = createHarness({ nodeport_addresses: ['172.18.0.0/16'] });
    harness.settle();
    expect(rulesOn(network, 'node-b', 'nat')).toEqual([
      '-A KUBE-SERVICES -d 172.18.0.4/32 -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -j KUBE-NODEPORTS',
    ]);
  });

  it('nothing for headless Services and ExternalName', () => {
    const { network, harness } = createHarness();
    addService(harness, 'ns1/headless', { clusterIP: 'None' }, addresses('10.180.0.1'));
    addService(harness, 'ns1/alias', { type: 'ExternalName', clusterIP: '', externalName: 'example.com' });
    harness.settle();
    expect(rulesOn(network, 'node-a', 'nat')).toHaveLength(1);
    expect(rulesOn(network, 'node-a', 'filter')).toEqual([]);
  });
});

describe('kube-proxy follows changes', () => {
  const slices = 'endpointslices.discovery.k8s.io';

  it('100 ms later, and takes away what is no longer there', () => {
    const { network, harness } = createHarness();
    addService(harness, 'ns1/svc1', { clusterIP: '172.30.0.41' }, addresses('10.180.0.1', '10.180.0.2'));
    harness.settle();
    harness.edit<EndpointSlice>(slices, 'ns1/svc1-1', (old) => ({
      ...old,
      endpoints: addresses('10.180.0.2'),
    }));
    const chains = () =>
      network
        .iptables('node/node-a')
        .chains('nat')
        .filter((name) => /SVC|SEP/.test(name));
    harness.advance(99);
    expect(chains()).toHaveLength(3);
    harness.advance(1);
    expect(chains()).toEqual(['KUBE-SVC-XPGD46QRK7WJZT7O', 'KUBE-SEP-LXVODXWDISEETFEF']);
    harness.client.delete('services', 'ns1/svc1');
    harness.client.delete(slices, 'ns1/svc1-1');
    harness.settle();
    expect(chains()).toEqual([]);
  });

  it('with fallback to endpoints that end but still serve', () => {
    const { network, harness } = createHarness();
    const terminating = { conditions: { ready: false, serving: true, terminating: true } };
    addService(harness, 'ns1/svc1', { clusterIP: '172.30.0.41' }, [
      { addresses: ['10.180.0.1'], ...terminating },
    ]);
    harness.settle();
    expect(rulesOn(network, 'node-a', 'nat').filter((line) => line.includes('DNAT'))).toHaveLength(1);
  });

  it('and ends in the same tables whether it was loaded anew in between or not', () => {
    const { network, harness } = createHarness();
    addService(harness, 'ns1/svc1', { clusterIP: '172.30.0.41' }, addresses('10.180.0.1', '10.180.0.2'));
    addService(harness, 'ns2/svc2', { clusterIP: '172.30.0.42' }, addresses('10.180.0.3'));
    harness.settle();
    harness.edit<EndpointSlice>(slices, 'ns1/svc1-1', (old) => ({
      ...old,
      endpoints: addresses('10.180.0.9'),
    }));
    harness.edit<Service>('services', 'ns2/svc2', (old) => ({
      ...old,
      spec: {
        ...old.spec,
        type: 'NodePort',
        ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 30002 }],
      },
    }));
    const copiedNetwork = new Network(copyData(network.state), network.environment);
    const copy = harness.copy({
      'kube-proxy': createKubeProxy(copiedNetwork, { cluster_cidr: '10.0.0.0/8' }),
    });
    harness.settle();
    copy.settle();
    for (const name of NODES) {
      expect(copiedNetwork.iptables(`node/${name}`).render()).toBe(network.iptables(`node/${name}`).render());
    }
  });

  it('and leaves comments of endpoints out where there are more than a thousand', () => {
    const { network, harness } = createHarness();
    const many = Array.from({ length: 1001 }, (_, index) => `10.180.${index >> 8}.${index & 255}`);
    addService(harness, 'ns1/svc1', { clusterIP: '172.30.0.41' }, addresses('10.181.0.1'));
    harness.settle();
    addService(harness, 'ns2/svc2', { clusterIP: '172.30.0.42' }, addresses(...many));
    harness.settle();
    expect(rulesOn(network, 'node-a', 'nat').filter((line) => line.includes('->'))).toEqual([]);
  });
});

describe('the health check of a Service with a Local policy', () => {
  it('tells on each node whether it has endpoints of its own', () => {
    const { network, harness } = createHarness();
    const spec = {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      clusterIP: '172.30.0.41',
      healthCheckNodePort: 30_500,
    };
    addService(harness, 'ns1/svc1', spec, [{ addresses: ['10.180.0.1'], nodeName: 'node-b' }]);
    harness.settle();
    const check = (node: string) => {
      const { connection } = network.connect(`node/${node}`, {
        protocol: 'TCP',
        destination: '127.0.0.1',
        port: 30_500,
      });
      connection?.send(Uint8Array.from([71]));
      const [answer] = connection?.receive() ?? [];
      return answer && utf8Decode(answer).split('\r\n');
    };
    expect(check('node-a')?.[0]).toBe('HTTP/1.1 503 Service Unavailable');
    expect(check('node-b')?.[0]).toBe('HTTP/1.1 200 OK');
    expect(check('node-b')?.at(-1)).toContain('"localEndpoints": 1,');
    harness.client.delete('services', 'ns1/svc1');
    harness.settle();
    const ports = network.listeners('node/node-a').map(({ port }) => port);
    expect(ports).toEqual([PROXY_HEALTH_PORT, 10_249]);
  });
});
