import type { PacketAddresses, Step, Trace } from '@podlab/contracts';
import { changedEnds, destinationText, framesOf, servicesOf, shortName, tellingSteps } from './frames';

const packet = (destination: string, destination_port = 80): PacketAddresses => ({
  source: '10.244.1.5',
  source_port: 40000,
  destination,
  destination_port,
  protocol: 'TCP',
  ttl: 64,
});
const step = (fields: Partial<Step>): Step => ({
  type: 'Routing',
  action: 'Forwarded',
  before: packet('10.96.0.10'),
  after: packet('10.96.0.10'),
  detail: {},
  objects: [],
  message: { code: 'x', params: {}, text: '' },
  ...fields,
});
const trace: Trace = {
  disposition: 'Delivered',
  hops: [
    {
      where: { kind: 'Pod', namespace: 'lab06', name: 'client' },
      direction: 'request',
      steps: [step({ before: null })],
    },
    {
      where: { kind: 'Node', name: 'node-a' },
      direction: 'request',
      steps: [
        step({}),
        step({
          type: 'DestinationNat',
          action: 'Translated',
          after: packet('10.244.2.7', 8080),
          objects: [{ apiVersion: 'v1', kind: 'Service', namespace: 'lab06', name: 'web' }],
        }),
        step({ before: packet('10.244.2.7', 8080), after: null, action: 'Dropped' }),
      ],
    },
  ],
};

describe('the frames of a trace', () => {
  const frames = framesOf(trace);
  it('are one for each hop, with the packet as it came and as it left', () => {
    expect(
      frames.map(({ before, after }) => [before, after].map((each) => each && destinationText(each))),
    ).toEqual([
      ['10.96.0.10:80', '10.96.0.10:80'],
      ['10.96.0.10:80', '10.244.2.7:8080'],
    ]);
  });
  it('name the translations and the step at which the packet ended', () => {
    expect(frames[1]?.translations.map(({ type }) => type)).toEqual(['DestinationNat']);
    expect(frames[1]?.failure?.action).toBe('Dropped');
    expect(frames[0]?.failure).toBeNull();
  });
  it('tell which end was rewritten', () => {
    expect(changedEnds(frames[1]!.before, frames[1]!.after)).toEqual({ source: false, destination: true });
    expect(changedEnds(null, packet('10.96.0.10'))).toEqual({ source: false, destination: false });
  });
  it('name the Services whose rules were met', () => expect([...servicesOf(frames)]).toEqual(['lab06/web']));
  it('take an answer for what it is: another packet', () => {
    const answer = { ...packet('10.244.1.5'), source: '10.244.2.7' };
    const hop = { ...trace.hops[0]!, steps: [step({ action: 'Answered' as const, after: answer })] };
    const [frame] = framesOf({ disposition: 'Delivered', hops: [hop] });
    expect(frame?.after).toEqual(frame?.before);
  });
  it('look into a tunnel: the packet itself goes on, whatever it is packed into', () => {
    const outer = { ...packet('172.18.0.3', 8472), protocol: 'UDP' as const };
    const inner = packet('10.244.2.7', 8080);
    const tunnel = (event: string, before: PacketAddresses, after: PacketAddresses) =>
      step({ type: 'Encapsulation', action: 'Translated', detail: { event }, before, after });
    const where = { kind: 'Node' as const, name: 'node-b' };
    const [packed, unpacked] = framesOf({
      disposition: 'Delivered',
      hops: [
        {
          where,
          direction: 'request',
          steps: [
            step({ before: inner, after: inner }),
            tunnel('Encapsulated', inner, outer),
            step({ type: 'Link', before: outer, after: outer }),
          ],
        },
        {
          where,
          direction: 'request',
          steps: [
            step({ before: outer, after: outer }),
            tunnel('Decapsulated', outer, inner),
            step({ before: inner, after: inner }),
          ],
        },
      ],
    });
    expect(packed).toMatchObject({ before: inner, after: inner, tunnel: outer, translations: [] });
    expect(unpacked).toMatchObject({ before: inner, after: inner, tunnel: outer, translations: [] });
    expect(tellingSteps(packed!)).toHaveLength(2);
  });
  it('are none without a trace', () => expect(framesOf(undefined)).toEqual([]));
});

it.each([
  ['nginx-deployment-7d8c7dc949-dnh7n', 'nginx-deployment … dnh7n'],
  ['client', 'client'],
  ['node-a', 'node-a'],
])('%s is called %s for short', (name, short) => expect(shortName(name)).toBe(short));
