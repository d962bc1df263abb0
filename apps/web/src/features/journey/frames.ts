import type { Hop, HopLocation, ObjectReference, PacketAddresses, Step, Trace } from '@podlab/contracts';
import { endpointText } from '../../lib/endpoint-text';

/** One hop as it is shown: where, which way, and the packet as it came and as it left. */
export interface Frame {
  index: number;
  where: HopLocation;
  direction: 'request' | 'reply';
  steps: Step[];
  /** The packet itself, taken out of any tunnel. */
  before: PacketAddresses | null;
  after: PacketAddresses | null;
  /** The steps that wrote an address anew; a tunnel writes none, it packs the packet into another. */
  translations: Step[];
  /** The packet around the packet, where this hop packs or unpacks one. */
  tunnel: PacketAddresses | null;
  /** The step at which the packet ended, where it did not arrive. */
  failure: Step | null;
}

const ENDED: ReadonlySet<Step['action']> = new Set(['Dropped', 'Rejected']);

export function framesOf(trace: Trace | undefined): Frame[] {
  return (trace?.hops ?? []).map((hop: Hop, index) => {
    const { tunnel, inner } = outOfTunnel(hop.steps);
    const translations = inner.filter(
      ({ action, type }) => action === 'Translated' && type !== 'Encapsulation',
    );
    const first = inner.find((step) => step.before ?? step.after);
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
      tunnel,
      failure: hop.steps.find((step) => ENDED.has(step.action)) ?? null,
    };
  });
}

/** The steps that saw the packet itself: after it was unpacked, and before it was packed. */
function outOfTunnel(steps: readonly Step[]): { tunnel: PacketAddresses | null; inner: readonly Step[] } {
  const unpacked = steps.findIndex(
    ({ type, detail }) => type === 'Encapsulation' && detail['event'] === 'Decapsulated',
  );
  const packed = steps.findIndex(
    ({ type, detail }) => type === 'Encapsulation' && detail['event'] === 'Encapsulated',
  );
  const opened = unpacked < 0 ? steps : [{ ...steps[unpacked]!, before: null }, ...steps.slice(unpacked + 1)];
  const inner = packed < 0 ? opened : opened.filter((step) => steps.indexOf(step) < packed);
  return { tunnel: steps[unpacked]?.before ?? steps[packed]?.after ?? null, inner };
}

const SMALL_PRINT: ReadonlySet<Step['type']> = new Set(['Arp', 'Link']);

/** What a reader follows a hop by; the table has every step. */
export const tellingSteps = (frame: Frame): Step[] =>
  frame.steps.filter((step) => !SMALL_PRINT.has(step.type) || step === frame.failure);

/** `nginx-deployment … x2k4p`: what tells a pod from its siblings stays, the hash between goes. */
export const shortName = (name: string): string => name.replace(/-[a-z0-9]{8,10}-([a-z0-9]{5})$/, ' … $1');

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

export const sourceText = (packet: PacketAddresses): string =>
  endpointText(packet.source, packet.source_port);
export const destinationText = (packet: PacketAddresses): string =>
  endpointText(packet.destination, packet.destination_port);

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
