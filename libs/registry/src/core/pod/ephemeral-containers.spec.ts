import type { EphemeralContainer, Pod } from '@podlab/api';
import { fieldErrorText } from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import { create } from '../../testing/strategy-context';
import { ephemeralContainersRules } from './ephemeral-containers';
import { podStrategy } from './strategy';

const VOLUMES = [{ name: 'data', emptyDir: {} }];
const POD = create(podStrategy, {
  spec: { containers: [{ name: 'web', image: 'nginx' }], volumes: VOLUMES, nodeName: 'node-a' },
});
const DEBUGGER = { name: 'debugger', image: 'busybox' };

/** What a write of the subresource stores. */
function write(old: Pod, ephemeralContainers: object[] | undefined, rest: Partial<Pod> = {}): Pod {
  const draft = { ...cloneJson(old), ...cloneJson(rest) } as Pod;
  draft.spec = { ...draft.spec, ephemeralContainers: cloneJson(ephemeralContainers) as EphemeralContainer[] };
  ephemeralContainersRules.prepareForUpdate(draft, old);
  const errors = ephemeralContainersRules.validateUpdate(draft, old).map(fieldErrorText);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return draft;
}

function refusalsOf(old: Pod, ephemeralContainers: object[] | undefined): string[] {
  try {
    write(old, ephemeralContainers);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').filter((line) => !/^[-+] |^$/.test(line));
  }
}

describe('a write of pods/ephemeralcontainers', () => {
  it('adds a container with the defaults of one', () => {
    expect(write(POD, [DEBUGGER]).spec.ephemeralContainers).toEqual([
      {
        ...DEBUGGER,
        imagePullPolicy: 'Always',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ]);
  });

  it('changes nothing else, whatever stands in the body', () => {
    const metadata = { ...POD.metadata, labels: { taken: 'over' }, finalizers: ['example.com/held'] };
    const spec = { ...cloneJson(POD.spec), nodeName: 'elsewhere', containers: [] };
    const stored = write(POD, [DEBUGGER], { metadata, spec, status: { phase: 'Failed' } });
    const { ephemeralContainers: _, ...others } = stored.spec;
    expect({ ...stored, spec: others }).toEqual(POD);
  });

  it('leaves those that are there as they are', () => {
    const once = write(POD, [DEBUGGER]);
    const which = 'existing ephemeral containers "debugger" may not be';
    const path = 'spec.ephemeralContainers: Forbidden:';
    const another = { name: 'another', image: 'nginx' };
    expect(refusalsOf(once, [another])).toEqual([`${path} ${which} removed`]);
    expect(refusalsOf(once, undefined)).toEqual([`${path} ${which} removed`]);
    expect(refusalsOf(once, [{ ...DEBUGGER, tty: true }])).toEqual([`${path} ${which} changed`]);
    expect(write(once, [another, DEBUGGER]).spec.ephemeralContainers).toHaveLength(2);
  });

  it('stands in no way of an update of the pod itself', () => {
    const once = write(POD, [DEBUGGER]);
    const labelled = { ...once, metadata: { ...once.metadata, labels: { app: 'web' } } };
    expect(podStrategy.validateUpdate?.(labelled, once, undefined as never)).toEqual([]);
    const without = { ...once, spec: { ...once.spec, ephemeralContainers: [] } };
    const [error] = podStrategy.validateUpdate?.(without, once, undefined as never) ?? [];
    expect(fieldErrorText(error)).toContain('pod updates may not change fields other than');
  });
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go TestValidateEphemeralContainers.
describe('an ephemeral container is refused', () => {
  const FORBIDDEN = 'Forbidden: cannot be set for an Ephemeral Container';
  const probe = { httpGet: { path: '/', port: 80, scheme: 'HTTP' } };
  const mount = { name: 'data', mountPath: '/data' };
  const cases: [string, object, string[]][] = [
    ['without a name', { name: '' }, ['name: Required value']],
    ['with the name of a container', { name: 'web' }, ['name: Duplicate value: "web"']],
    ['without an image', { image: '' }, ['image: Required value']],
    ['whose target is not there', { targetContainerName: 'x' }, ['targetContainerName: Not found: "x"']],
    ['with ports', { ports: [{ containerPort: 80, protocol: 'TCP' }] }, [`ports: ${FORBIDDEN}`]],
    ['with resources', { resources: { limits: { cpu: '1' } } }, [`resources: ${FORBIDDEN}`]],
    ['with a liveness probe', { livenessProbe: probe }, [`livenessProbe: ${FORBIDDEN}`]],
    ['with a readiness probe', { readinessProbe: probe }, [`readinessProbe: ${FORBIDDEN}`]],
    ['with a startup probe', { startupProbe: probe }, [`startupProbe: ${FORBIDDEN}`]],
    ['with a lifecycle', { lifecycle: { preStop: { exec: {} } } }, [`lifecycle: ${FORBIDDEN}`]],
    ['with a restart policy', { restartPolicy: 'Always' }, [`restartPolicy: ${FORBIDDEN}`]],
    [
      'with a sub-path',
      { volumeMounts: [{ ...mount, subPath: 'a' }] },
      [`volumeMounts[0].subPath: ${FORBIDDEN}`],
    ],
  ];
  test.each(cases)('%s', (_what, fields, expected) => {
    expect(refusalsOf(POD, [{ ...DEBUGGER, ...fields }])).toEqual(
      expected.map((line) => `spec.ephemeralContainers[0].${line}`),
    );
  });

  it('when two have one name', () => {
    expect(refusalsOf(POD, [DEBUGGER, DEBUGGER])).toContain(
      'spec.ephemeralContainers[1].name: Duplicate value: "debugger"',
    );
  });

  it('with a volume that the pod has not; one that it has is good', () => {
    const mounting = (name: string) => [{ ...DEBUGGER, volumeMounts: [{ name, mountPath: '/data' }] }];
    expect(refusalsOf(POD, mounting('none'))).toEqual([
      'spec.ephemeralContainers[0].volumeMounts[0].name: Not found: "none"',
    ]);
    expect(refusalsOf(POD, mounting('data'))).toEqual([]);
  });
});
