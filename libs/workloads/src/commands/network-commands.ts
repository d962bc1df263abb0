import type { CommandTable } from './command';
import { conntrack } from './conntrack';
import { curl } from './curl';
import { arp, ifconfig, ip, routeTable } from './ip';
import { iptables, iptablesSave } from './iptables';
import { nft, sysctl } from './kernel-commands';
import { NAME_COMMANDS } from './name-commands';
import { netcat } from './netcat';
import { ping } from './ping';
import { netstat, ss } from './socket-commands';
import { tcpdump } from './tcpdump';
import { traceroute } from './traceroute';
import { wget } from './wget';

export const NETWORK_COMMANDS: CommandTable = {
  ...NAME_COMMANDS,
  curl,
  wget,
  nc: netcat,
  netcat,
  ncat: netcat,
  telnet: netcat,
  ping,
  ping6: ping,
  traceroute,
  ip,
  ifconfig,
  route: routeTable,
  arp,
  ss,
  netstat,
  iptables,
  ip6tables: iptables,
  'iptables-save': iptablesSave,
  'ip6tables-save': iptablesSave,
  nft,
  conntrack,
  tcpdump,
  sysctl,
};
