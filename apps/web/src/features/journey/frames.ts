import type { Hop, HopLocation, ObjectReference, PacketAddresses, Step, Trace } from '@podlab/contracts';

/** One hop as it is shown: where, which way, and the packet as it came and as it left. */
export interface Frame {
  index: number;
  where: HopLocation;
  direction: 'request' | 'reply';
  steps: Step[];
  before: PacketAddresses | null;
  after: PacketAddresses | null;
  /** The steps that wrote an address anew. */
  translations: Step[];
  /** The step at which the packet ended, where it did not arrive. */
  failure: Step | null;
}

const ENDED: ReadonlySet<Step['action']> = new Set(['Dropped', 'Rejected']);

export function framesOf(trace: Trace | undefined): Frame[] {
  return (trace?.hops ?? []).map((hop: Hop, index) => {
    const translations = hop.steps.filter((step) => step.action === 'Translated');
    const first = hop.steps.find((step) => step.before ?? step.after);
    const before = first?.before ?? first?.after ?? null;
    return {
      index,
      where: hop.where,
      direction: hop.direction,
      steps: hop.steps,
      before,
      // An answer is another packet: only a translation makes a new one of this.
      after: translations.at(-1)?.after ?? before,
      translations,
      failure: hop.steps.find((step) => ENDED.has(step.action)) ?? null,
    };
  });
}

export interface ChangedEnds {
  source: boolean;
  destination: boolean;
}

export const changedEnds = (before: PacketAddresses | null, after: PacketAddresses | null): ChangedEnds => ({
  source: differs(before, after, 'source', 'source_port'),
  destination: differs(before, after, 'destination', 'destination_port'),
});

function differs(
  before: PacketAddresses | null,
  after: PacketAddresses | null,
  address: 'source' | 'destination',
  port: 'source_port' | 'destination_port',
): boolean {
  return (
    before !== null && after !== null && (before[address] !== after[address] || before[port] !== after[port])
  );
}

/** `10.96.0.10:80`; ICMP has no port. */
export const endText = (address: string, port: number | undefined): string =>
  port === undefined ? address : `${address}:${port}`;

export const sourceText = (packet: PacketAddresses): string => endText(packet.source, packet.source_port);
export const destinationText = (packet: PacketAddresses): string =>
  endText(packet.destination, packet.destination_port);

/** The Services whose rules the trace met, as `namespace/name`. */
export function servicesOf(frames: readonly Frame[]): Set<string> {
  const references = frames.flatMap((frame) =>
    frame.steps.flatMap((step): ObjectReference[] => step.objects),
  );
  return new Set(
    references
      .filter(({ kind }) => kind === 'Service')
      .map(({ namespace, name }) => `${namespace ?? ''}/${name}`),
  );
}

export const referenceText = ({ kind, namespace, name }: ObjectReference): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
