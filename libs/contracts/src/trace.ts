import { z } from 'zod';
import { Message, ObjectReference, Protocol } from './primitives';

export const Disposition = z.enum([
  'Delivered',
  'Refused',
  'NoRoute',
  'TimedOut',
  'Reset',
  'NameNotResolved',
]);
export type Disposition = z.infer<typeof Disposition>;

export const StepType = z.enum([
  'DnsQuery',
  'Socket',
  'Routing',
  'Conntrack',
  'Iptables',
  'Nftables',
  'LoadBalancing',
  'DestinationNat',
  'SourceNat',
  'NetworkPolicy',
  'Encapsulation',
  'Link',
  'Arp',
  'Application',
]);
export type StepType = z.infer<typeof StepType>;

export const StepAction = z.enum(['Forwarded', 'Translated', 'Delivered', 'Dropped', 'Rejected', 'Answered']);
export type StepAction = z.infer<typeof StepAction>;

/** The addresses of a packet before or after a step; ports are absent from ICMP. */
export const PacketAddresses = z.strictObject({
  source: z.string(),
  source_port: z.int().optional(),
  destination: z.string(),
  destination_port: z.int().optional(),
  protocol: Protocol,
  ttl: z.int(),
});
export type PacketAddresses = z.infer<typeof PacketAddresses>;

export const RuleReference = z.strictObject({ table: z.string(), chain: z.string(), text: z.string() });
export type RuleReference = z.infer<typeof RuleReference>;

export const DnsRcode = z.enum(['NOERROR', 'NODATA', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'TIMEOUT']);
export type DnsRcode = z.infer<typeof DnsRcode>;

/** The `detail` of a DnsQuery step: one step for each name tried. */
export const DnsQueryDetail = z.strictObject({
  name: z.string(),
  type: z.string(),
  rcode: DnsRcode,
  answers: z.array(z.string()),
});
export type DnsQueryDetail = z.infer<typeof DnsQueryDetail>;

/** `before` is null where no packet exists yet (a name is resolved), `after` where none is left (it was dropped). */
export const Step = z.strictObject({
  type: StepType,
  action: StepAction,
  before: PacketAddresses.nullable(),
  after: PacketAddresses.nullable(),
  detail: z.record(z.string(), z.unknown()),
  rule: RuleReference.optional(),
  objects: z.array(ObjectReference),
  message: Message,
});
export type Step = z.infer<typeof Step>;

export const HopLocation = z.strictObject({
  kind: z.enum(['Pod', 'Node', 'LoadBalancer', 'External']),
  name: z.string(),
  namespace: z.string().optional(),
  interface: z.string().optional(),
});
export type HopLocation = z.infer<typeof HopLocation>;

export const Hop = z.strictObject({
  where: HopLocation,
  direction: z.enum(['request', 'reply']),
  steps: z.array(Step),
});
export type Hop = z.infer<typeof Hop>;

export const Trace = z.strictObject({ disposition: Disposition, hops: z.array(Hop) });
export type Trace = z.infer<typeof Trace>;
