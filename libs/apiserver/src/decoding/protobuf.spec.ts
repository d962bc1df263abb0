import { StatusError } from '@podlab/apimachinery';
import { utf8Encode } from '@podlab/kernel';
import fc from 'fast-check';
import { decodeProtobuf } from './protobuf';

type Part = number[];

const varint = (value: number): Part =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
const number = (field: number, value: number): Part => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, part: Part): Part => [
  ...varint(field * 8 + 2),
  ...varint(part.length),
  ...part,
];
const text = (field: number, value: string): Part => bytes(field, [...utf8Encode(value)]);

/** The envelope `k8s\0` + Unknown{typeMeta, raw} around a message. */
function envelope(apiVersion: string, kind: string, raw: Part): Uint8Array {
  const type = bytes(1, [...text(1, apiVersion), ...text(2, kind)]);
  return Uint8Array.from([0x6b, 0x38, 0x73, 0x00, ...type, ...bytes(2, raw)]);
}

const metadata = (name: string): Part => bytes(1, [...text(1, name), ...text(2, ''), ...text(3, '')]);

describe('a protobuf body', () => {
  it('is read by the numbers of its fields: maps, bytes and all', () => {
    const data = bytes(2, [...text(1, 'user'), ...bytes(2, [1, 2, 255])]);
    expect(
      decodeProtobuf(envelope('v1', 'Secret', [...metadata('s'), ...data, ...text(3, 'Opaque')])),
    ).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { user: 'AQL/' },
      type: 'Opaque',
    });
  });

  it('leaves out what Go only writes because it has no pointer there, and keeps a zero that was chosen', () => {
    const template = bytes(3, []);
    const spec = bytes(2, [...number(1, 0), ...template, ...number(5, 0)]);
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', [...metadata('web'), ...spec]))).toMatchObject({
      spec: { replicas: 0, template: {} },
    });
    const port = bytes(1, [
      ...text(1, ''),
      ...text(2, 'TCP'),
      ...number(3, 80),
      ...bytes(4, number(1, 0)),
      ...number(5, 0),
    ]);
    expect(decodeProtobuf(envelope('v1', 'Service', bytes(2, port)))).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      spec: { ports: [{ protocol: 'TCP', port: 80 }] },
    });
  });

  it('is of the version that it names, where a kind has two: what `kubectl autoscale` sends', () => {
    const target = bytes(1, [...text(1, 'Deployment'), ...text(2, 'web'), ...text(3, 'apps/v1')]);
    const utilization = bytes(2, [...text(1, 'Utilization'), ...number(4, 50)]);
    const metric = bytes(4, [...text(1, 'Resource'), ...bytes(4, [...text(1, 'cpu'), ...utilization])]);
    const spec = (...more: Part): Uint8Array =>
      Uint8Array.from(bytes(2, [...target, ...number(2, 1), ...number(3, 3), ...more]));
    const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' };
    expect(
      decodeProtobuf(envelope('autoscaling/v2', 'HorizontalPodAutoscaler', [...spec(...metric)])),
    ).toMatchObject({
      spec: {
        scaleTargetRef,
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
          },
        ],
      },
    });
    const older = [...spec(...number(4, 50))];
    expect(decodeProtobuf(envelope('autoscaling/v1', 'HorizontalPodAutoscaler', older))).toMatchObject({
      spec: { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 50 },
    });
  });

  it('reads a target port that is a name and one that is a number', () => {
    const port = (value: Part) => bytes(1, [...number(3, 80), ...bytes(4, value)]);
    const named = port([...number(1, 1), ...text(3, 'web')]);
    const numbered = port([...number(1, 0), ...number(2, 8080)]);
    expect(decodeProtobuf(envelope('v1', 'Service', bytes(2, [...named, ...numbered])))).toMatchObject({
      spec: { ports: [{ targetPort: 'web' }, { targetPort: 8080 }] },
    });
  });

  it('reads what Go embeds as fields of the message around it', () => {
    const hostPath = bytes(2, bytes(1, [...text(1, '/var'), ...text(2, '')]));
    const volume = bytes(1, [...text(1, 'host'), ...hostPath]);
    expect(decodeProtobuf(envelope('v1', 'Pod', [...metadata('p'), ...bytes(2, volume)]))).toMatchObject({
      spec: { volumes: [{ name: 'host', hostPath: { path: '/var' } }] },
    });
  });

  it('passes over fields of a newer version, as protobuf demands', () => {
    expect(decodeProtobuf(envelope('v1', 'ConfigMap', [...metadata('c'), ...text(99, 'new')]))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
    });
  });

  it('is refused with 400 when it is none, is cut short, or names a kind nobody knows', () => {
    const whole = envelope('v1', 'ConfigMap', metadata('c'));
    for (const body of [
      utf8Encode('{}'),
      whole.slice(0, -1),
      envelope('v1', 'Nothing', []),
      envelope('v1', '__proto__', []),
    ]) {
      expect(() => decodeProtobuf(body)).toThrow(StatusError);
    }
  });

  it('never throws anything but a refusal, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (raw) => {
        try {
          decodeProtobuf(envelope('v1', 'Pod', [...raw]));
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
        }
      }),
    );
  });
});
