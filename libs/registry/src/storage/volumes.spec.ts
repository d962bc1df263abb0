import type { PersistentVolume, PersistentVolumeClaim } from '@podlab/api';
import { persistentVolumeClaimStrategy } from '../core/persistent-volume-claim/strategy';
import { persistentVolumeStrategy } from '../core/persistent-volume/strategy';
import { cells, create, refusals, update } from '../testing/strategy-context';
import { storageClassStrategy } from './storage-class/strategy';

const hostPath = { path: '/data' };
const volume = (fields: object) => ({
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath, ...fields },
});
const claim = (fields: object) => ({
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...fields },
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go TestValidatePersistentVolumes.
describe('a PersistentVolume', () => {
  test.each<[title: string, object, string[]]>([
    ['a host path', {}, []],
    ['no access mode', { accessModes: [] }, ['spec.accessModes: Required value']],
    [
      'an unknown access mode',
      { accessModes: ['fakemode'] },
      [
        'spec.accessModes: Unsupported value: "fakemode": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      'an access mode that stands alone, and another',
      { accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] },
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
    ['no capacity', { capacity: {} }, ['spec.capacity: Required value']],
    [
      'no room',
      { capacity: { storage: '0' } },
      ['spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
    ],
    ['no source', { hostPath: undefined }, ['spec: Required value: must specify a volume type']],
    [
      'two sources',
      { nfs: { server: 'a', path: '/' } },
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    ['a host path without a path', { hostPath: { path: '' } }, ['spec.hostPath.path: Required value']],
    [
      'a host path that climbs',
      { hostPath: { path: '/a/..' } },
      ['spec.hostPath.path: Invalid value: "/a/..": must not contain \'..\''],
    ],
    [
      'the root to recycle',
      { hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' },
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [
      'an unknown policy',
      { persistentVolumeReclaimPolicy: 'Keep' },
      [
        'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"',
      ],
    ],
    [
      'a local volume on no node',
      { hostPath: undefined, local: { path: '/disk' } },
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      'an unknown mode',
      { volumeMode: 'Tape' },
      ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'],
    ],
  ])('with %s', (_title, fields, expected) => {
    expect(refusals(persistentVolumeStrategy, volume(fields))).toEqual(expected);
  });

  test('keeps its source and mode', () => {
    const old = create(persistentVolumeStrategy, volume({}));
    const { refusals: errors } = update(persistentVolumeStrategy, old, (draft: PersistentVolume) => {
      draft.spec.hostPath = { path: '/other' };
      draft.spec.volumeMode = 'Block';
    });
    expect(errors).toEqual([
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
      'spec.volumeMode: Invalid value: "Block": field is immutable',
    ]);
  });

  test('shows its claim', () => {
    const made = create(persistentVolumeStrategy, volume({ claimRef: { namespace: 'lab06', name: 'data' } }));
    expect(cells(persistentVolumeStrategy, made)).toMatchObject({
      Capacity: '1Gi',
      'Access Modes': 'RWO',
      'Reclaim Policy': 'Retain',
      Status: 'Pending',
      Claim: 'lab06/data',
      VolumeMode: 'Filesystem',
    });
  });
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go testValidatePVC and TestValidatePersistentVolumeClaimUpdate.
describe('a PersistentVolumeClaim', () => {
  test.each<[title: string, object, string[]]>([
    ['a mode and a size', {}, []],
    [
      'no access mode',
      { accessModes: [] },
      ['spec.accessModes: Required value: at least 1 access mode is required'],
    ],
    ['no size', { resources: {} }, ['spec.resources[storage]: Required value']],
    [
      'no room',
      { resources: { requests: { storage: '-1' } } },
      ['spec.resources[storage]: Invalid value: "-1": must be greater than zero'],
    ],
    [
      'a class that is no name',
      { storageClassName: 'A_b' },
      [
        "spec.storageClassName: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'a source of data',
      { dataSource: { kind: 'PersistentVolumeClaim', name: 'other' } },
      ['spec.dataSource: Forbidden: data sources are left out of this simulation'],
    ],
  ])('with %s', (_title, fields, expected) => {
    expect(refusals(persistentVolumeClaimStrategy, claim(fields))).toEqual(expected);
  });

  test.each<[title: string, (draft: PersistentVolumeClaim) => void, string[]]>([
    ['is given its volume', (draft) => void (draft.spec.volumeName = 'disk'), []],
    ['is given a class', (draft) => void (draft.spec.storageClassName = 'standard'), []],
    [
      'does not change its access modes',
      (draft) => void (draft.spec.accessModes = ['ReadWriteMany']),
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      'does not change its size before it is bound',
      (draft) => void (draft.spec.resources = { requests: { storage: '2Gi' } }),
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
  ])('%s', (_title, change, expected) => {
    const old = create(persistentVolumeClaimStrategy, claim({}));
    expect(update(persistentVolumeClaimStrategy, old, change).refusals).toEqual(expected);
  });
});

// Cases of k8s.io/kubernetes pkg/apis/storage/validation/validation_test.go TestValidateStorageClass.
describe('a StorageClass', () => {
  test.each<[title: string, object, string[]]>([
    ['a provisioner', { provisioner: 'kubernetes.io/foo-provisioner' }, []],
    ['no provisioner', { provisioner: '' }, ['provisioner: Required value']],
    [
      'an unknown reclaim policy',
      { provisioner: 'a', reclaimPolicy: 'Recycle' },
      ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
    ],
    [
      'an unknown binding mode',
      { provisioner: 'a', volumeBindingMode: 'Later' },
      [
        'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
    ],
    [
      'an unnamed parameter',
      { provisioner: 'a', parameters: { '': 'b' } },
      ['parameters: Invalid value: "": field can not be empty.'],
    ],
  ])('with %s', (_title, fields, expected) => {
    expect(refusals(storageClassStrategy, fields)).toEqual(expected);
  });

  test('keeps what volumes were made by', () => {
    const old = create(storageClassStrategy, { provisioner: 'a', parameters: { a: 'b' } });
    const { refusals: errors } = update(storageClassStrategy, old, (draft) => {
      draft.provisioner = 'b';
      draft.parameters = {};
      draft.reclaimPolicy = 'Retain';
      draft.volumeBindingMode = 'WaitForFirstConsumer';
    });
    expect(errors).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
      'provisioner: Forbidden: updates to provisioner are forbidden.',
      'reclaimPolicy: Invalid value: "Retain": field is immutable',
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]);
  });
});
