import { SUBDOMAIN } from './messages';
import { accepted, refused, updateRefused, type Table } from './table';

const CORE = 'pkg/apis/core/validation/validation_test.go';
const spec = (fields: object) => ({ spec: fields });
const MODES = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"';

export const PERSISTENT_VOLUME: Table = {
  source: CORE,
  url: '/api/v1/persistentvolumes',
  good: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'foo' },
    spec: { capacity: { storage: '10G' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/foo' } },
  },
  rows: [
    refused(
      'TestValidatePersistentVolumes "missing-capacity"',
      spec({ capacity: null }),
      'spec.capacity: Required value',
    ),
    refused(
      'TestValidatePersistentVolumes "bad-volume-zero-capacity": less than none',
      spec({ capacity: { storage: '-1' } }),
      'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
    ),
    refused(
      'TestValidatePersistentVolumes "invalid-accessmode"',
      spec({ accessModes: ['fakemode'] }),
      `spec.accessModes: Unsupported value: "fakemode": supported values: ${MODES}`,
    ),
    refused(
      'TestValidatePersistentVolumes "missing-accessmodes"',
      spec({ accessModes: [] }),
      'spec.accessModes: Required value',
    ),
    refused(
      'TestValidatePersistentVolumes "too-many-sources"',
      spec({ nfs: { server: 'a', path: '/b' } }),
      'spec.nfs: Forbidden: may not specify more than 1 volume type',
    ),
    refused(
      'TestValidatePersistentVolumes "bad-hostpath-volume-backsteps"',
      spec({ hostPath: { path: '/foo/..' } }),
      'spec.hostPath.path: Invalid value: "/foo/..": must not contain \'..\'',
    ),
    refused(
      'TestValidatePersistentVolumes "invalid-reclaimpolicy"',
      spec({ persistentVolumeReclaimPolicy: 'fakeReclaimPolicy' }),
      'spec.persistentVolumeReclaimPolicy: Unsupported value: "fakeReclaimPolicy": supported values: "Delete", "Recycle", "Retain"',
    ),
    refused(
      'TestValidatePersistentVolumes "host mount of / with recycle reclaim policy"',
      spec({ hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' }),
      "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ),
    refused(
      'TestValidatePersistentVolumes "invalid-storage-class-name"',
      spec({ storageClassName: '-invalid-' }),
      `spec.storageClassName: Invalid value: "-invalid-": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidatePersistentVolumes "invalid-volume-mode"',
      spec({ volumeMode: 'fakeVolumeMode' }),
      'spec.volumeMode: Unsupported value: "fakeVolumeMode": supported values: "Block", "Filesystem"',
    ),
    refused(
      'TestValidatePersistentVolumes "bad-name"',
      { metadata: { name: '123*Bad(Name' } },
      `metadata.name: Invalid value: "123*Bad(Name": ${SUBDOMAIN}`,
    ),
    accepted(
      'TestValidatePersistentVolumes "good-volume": what it gets by default',
      {},
      {
        spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
        status: { phase: 'Pending' },
      },
    ),
  ],
};

export const PERSISTENT_VOLUME_CLAIM: Table = {
  source: CORE,
  url: '/api/v1/namespaces/default/persistentvolumeclaims',
  good: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'foo', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10G' } } },
  },
  rows: [
    refused(
      'TestValidatePersistentVolumeClaim "no-access-modes"',
      spec({ accessModes: [] }),
      'spec.accessModes: Required value: at least 1 access mode is required',
    ),
    refused(
      'TestValidatePersistentVolumeClaim "invalid-accessmode"',
      spec({ accessModes: ['fakemode'] }),
      `spec.accessModes: Unsupported value: "fakemode": supported values: ${MODES}`,
    ),
    refused(
      'TestValidatePersistentVolumeClaim "no-resource-requests"',
      spec({ resources: null }),
      'spec.resources[storage]: Required value',
    ),
    refused(
      'TestValidatePersistentVolumeClaim "negative-storage-request"',
      spec({ resources: { requests: { storage: '-10G' } } }),
      'spec.resources[storage]: Invalid value: "-10G": must be greater than zero',
    ),
    refused(
      'TestValidatePersistentVolumeClaim "zero-storage-request"',
      spec({ resources: { requests: { storage: '0G' } } }),
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ),
    refused(
      'TestValidatePersistentVolumeClaim "invalid-storage-class-name"',
      spec({ storageClassName: '-invalid-' }),
      `spec.storageClassName: Invalid value: "-invalid-": ${SUBDOMAIN}`,
    ),
    refused(
      'TestValidatePersistentVolumeClaim "invalid-volume-mode"',
      spec({ volumeMode: 'fakeVolumeMode' }),
      'spec.volumeMode: Unsupported value: "fakeVolumeMode": supported values: "Block", "Filesystem"',
    ),
    refused(
      'validation.go validatePersistentVolumeClaimSpec: ReadWriteOncePod and another',
      spec({ accessModes: ['ReadWriteOncePod', 'ReadWriteMany'] }),
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    ),
  ],
};

export const STORAGE_CLASS: Table = {
  source: 'pkg/apis/storage/validation/validation_test.go',
  url: '/apis/storage.k8s.io/v1/storageclasses',
  good: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'foo' },
    provisioner: 'kubernetes.io/foo-provisioner',
  },
  rows: [
    refused(
      'validation.go ValidateStorageClass: no name',
      { metadata: { name: '' } },
      'metadata.name: Required value: name or generateName is required',
    ),
    refused(
      'TestValidateStorageClass "provisioner: Required value"',
      { provisioner: '' },
      'provisioner: Required value',
    ),
    refused(
      'TestValidateStorageClass "invalid reclaimpolicy"',
      { reclaimPolicy: 'Recycle' },
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    ),
    refused(
      'TestValidateVolumeBindingMode "invalid mode"',
      { volumeBindingMode: 'foo' },
      'volumeBindingMode: Unsupported value: "foo": supported values: "Immediate", "WaitForFirstConsumer"',
    ),
    accepted(
      'TestValidateStorageClass "empty parameters": what it gets by default',
      { parameters: {} },
      { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    ),
    updateRefused(
      'validation.go ValidateStorageClassUpdate: provisioner',
      {},
      { provisioner: 'kubernetes.io/bar' },
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ),
    updateRefused(
      'validation.go ValidateStorageClassUpdate: parameters',
      {},
      { parameters: { foo: 'bar' } },
      'parameters: Forbidden: updates to parameters are forbidden.',
    ),
    updateRefused(
      'TestValidateUpdateVolumeBindingMode "old and new different modes"',
      {},
      { volumeBindingMode: 'WaitForFirstConsumer' },
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ),
  ],
};
