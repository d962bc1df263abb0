import { nftEndpointName, nftServiceNames } from './names';

const port = (service: string, port_name = 'p80', protocol: 'TCP' | 'UDP' = 'TCP') => ({
  service,
  port_name,
  protocol,
});

/** The names in kubernetes pkg/proxy/nftables/proxier_test.go TestOverallNFTablesRules and its tests of IPv6. */
describe('names of chains in nftables mode are upstream’s', () => {
  it.each([
    ['ns1/svc1', 'service-ULMVA6XW-ns1/svc1/tcp/p80'],
    ['ns2/svc2', 'service-42NFTM6N-ns2/svc2/tcp/p80'],
    ['ns3/svc3', 'service-4AT6LBPK-ns3/svc3/tcp/p80'],
    ['ns4/svc4', 'service-LAUZTJTB-ns4/svc4/tcp/p80'],
    ['ns5/svc5', 'service-HVFWP5L3-ns5/svc5/tcp/p80'],
  ])('%s', (service, cluster) => {
    const base = cluster.slice('service-'.length);
    expect(nftServiceNames(port(service))).toEqual({
      cluster,
      local: `local-${base}`,
      external: `external-${base}`,
      firewall: `firewall-${base}`,
    });
  });

  it.each([
    ['ns1/svc1', '10.180.0.1', '5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80'],
    ['ns2/svc2', '10.180.0.2', 'SGOXE6O3-ns2/svc2/tcp/p80__10.180.0.2/80'],
    ['ns5/svc5', '10.180.0.3', 'GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80'],
    ['ns1/svc1', 'fd00:10:180::1', 'ZVRFLKHO-ns1/svc1/tcp/p80__fd00.10.180..1/80'],
    ['ns1/svc1', 'fd00:10:180::2:1', '2CRNCTTE-ns1/svc1/tcp/p80__fd00.10.180..2.1/80'],
  ])('the endpoint of %s at %s', (service, address, name) => {
    expect(nftEndpointName(port(service), address, 80)).toBe(name);
  });

  it('of ports without a name', () => {
    expect(nftServiceNames(port('riset/hellopod-np-svc', '')).cluster).toBe(
      'service-P6J77WGM-riset/hellopod-np-svc/tcp/',
    );
    expect(nftServiceNames(port('kube-system/kube-dns', 'dns', 'UDP')).cluster).toBe(
      'service-FY5PMXPG-kube-system/kube-dns/udp/dns',
    );
  });

  it('cut where they are too long for nft', () => {
    const long = nftEndpointName(
      port(`${'n'.repeat(63)}/${'s'.repeat(63)}`, 'p'.repeat(63)),
      `fd00:${'1234:'.repeat(6)}1`,
      65_535,
    );
    expect([long.length, long.endsWith('...')]).toEqual([240, true]);
  });
});
