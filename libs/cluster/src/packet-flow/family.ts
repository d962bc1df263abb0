/** The address family of a whole cluster. */
export type Family = 'IPv4' | 'IPv6';
export const FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];

/** The ranges of a cluster of one family. */
export const RANGES: Readonly<Record<Family, { readonly service_cidr: string; readonly pod_cidr: string }>> =
  {
    IPv4: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16' },
    IPv6: { service_cidr: 'fd00:10:96::/112', pod_cidr: 'fd00:10:244::/56' },
  };

/** Rows are written with IPv4 addresses; in a cluster of IPv6 these stand for them. */
const IN_IPV6: Readonly<Record<string, string>> = {
  '10.96.0.1': 'fd00:10:96::1',
  '10.96.77.77': 'fd00:10:96::7777',
  '10.96.100.100': 'fd00:10:96::6464',
  '10.96.200.200': 'fd00:10:96::c8c8',
  '10.244.0.0/16': 'fd00:10:244::/56',
  '10.244.9.9': 'fd00:10:244:9::9',
  '127.0.0.1': '::1',
  '172.18.0.0/16': 'fd00:172:18::/64',
  '172.18.0.2': 'fd00:172:18::2',
  '172.18.0.4': 'fd00:172:18::4',
  '172.18.0.5': 'fd00:172:18::5',
  '198.51.100.0/28': '2001:db8:198:51::/124',
  '198.51.100.7': '2001:db8:198:51::7',
  '198.51.100.77': '2001:db8:198:51::77',
  '203.0.113.80': '2001:db8:203:113::80',
  '203.0.113.200': '2001:db8:203:113::200',
  '203.0.113.210': '2001:db8:203:113::210',
};

/** A text of a row as it reads in a cluster of `family`. */
export function inFamily(text: string, family: Family): string {
  if (family === 'IPv4') return text;
  return text.replace(/\d+\.\d+\.\d+\.\d+(\/\d+)?/g, (address) => {
    const other = IN_IPV6[address];
    if (other === undefined) throw new Error(`no IPv6 address stands for ${address}`);
    return other;
  });
}
