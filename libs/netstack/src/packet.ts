import type { HeaderTuple } from './address';

/** Transport protocols by the names Kubernetes and the trace use; ICMP is ICMPv6 between IPv6 addresses. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP';

/** What a step of a trace shows of a packet. An ICMP echo has its identifier as source port of the request. */
export interface Header {
  readonly source: string;
  readonly source_port: number;
  readonly destination: string;
  readonly destination_port: number;
  readonly protocol: Protocol;
  readonly ttl: number;
}

/** What a segment, a datagram or a control message is, as far as forwarding and sockets care. */
export type PacketKind =
  'syn' | 'syn-ack' | 'data' | 'fin' | 'rst' | 'datagram' | 'echo-request' | 'echo-reply' | 'icmp-error';

/** The ICMP and ICMPv6 errors that a router or a host sends back. */
export type IcmpError =
  | 'icmp-net-unreachable'
  | 'icmp-host-unreachable'
  | 'icmp-proto-unreachable'
  | 'icmp-port-unreachable'
  | 'icmp-net-prohibited'
  | 'icmp-host-prohibited'
  | 'icmp-admin-prohibited'
  | 'icmp-time-exceeded'
  | 'icmp6-no-route'
  | 'icmp6-adm-prohibited'
  | 'icmp6-addr-unreachable'
  | 'icmp6-port-unreachable'
  | 'icmp6-time-exceeded';

/** What REJECT sends unless its rule says otherwise, and a host for a datagram that nobody waits for. */
export const PORT_UNREACHABLE = { IPv4: 'icmp-port-unreachable', IPv6: 'icmp6-port-unreachable' } as const;

/** A packet on its way: fields instead of wire bytes. One object is changed hop by hop; `ttl` is the hop limit of IPv6. */
export interface Packet extends HeaderTuple {
  ttl: number;
  mark: number;
  kind: PacketKind;
  /** Of an `icmp-error`: what it says and the header of the packet that it is about. */
  error: IcmpError | undefined;
  inner: HeaderTuple | undefined;
}
