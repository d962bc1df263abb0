import { familyOfText } from '@podlab/netstack';
import type { Network } from '@podlab/netstack';
import { IptablesProxier } from './iptables/proxier';
import { NftProxier } from './nftables/proxier';
import type { Proxier, ProxierSettings, ProxyView } from './proxier';
import type { IpFamily } from './service-port';

/** `--proxy-mode`. The deprecated ipvs is left out. */
export type ProxyMode = 'iptables' | 'nftables';

export interface FamilyProxier {
  readonly family: IpFamily;
  readonly proxier: Proxier;
}

/** What a proxier is made from, whatever its mode and family. */
interface ModeSettings {
  readonly cluster_cidr: string;
  readonly service_cidr?: string;
  readonly nodeport_addresses?: readonly string[];
}

/** One proxier for each family that pods have addresses of, the first one's first. */
export function createProxiers(
  mode: ProxyMode,
  network: Network,
  view: ProxyView,
  { cluster_cidr, service_cidr, nodeport_addresses }: ModeSettings,
): FamilyProxier[] {
  return partsOf(cluster_cidr).map((range) => {
    const family = familyOfText(range);
    const services = partsOf(service_cidr ?? '').find((part) => familyOfText(part) === family);
    const settings: ProxierSettings = {
      family,
      cluster_cidr: range,
      ...(services === undefined ? {} : { service_cidr: services }),
      nodeport_addresses:
        nodeport_addresses?.filter((prefix) => familyOfText(prefix) === family) ??
        (mode === 'nftables' ? 'primary' : 'all'),
    };
    const make = mode === 'nftables' ? NftProxier : IptablesProxier;
    return { family, proxier: new make(network, view, settings) };
  });
}

function partsOf(ranges: string): string[] {
  return ranges.split(',').filter((range) => range !== '');
}
