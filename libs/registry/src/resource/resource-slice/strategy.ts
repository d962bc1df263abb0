import type { KubeObject } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';

interface ResourceSlice extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly driver?: string;
    readonly pool: { readonly name: string };
  };
}

const REFUSAL = 'device drivers are left out of this simulation';

/**
 * No node has devices that a driver tells of, and none can be made: kubectl asks for them when it describes a node.
 * Models k8s.io/kubernetes pkg/registry/resource/resourceslice strategy.
 */
export const resourceSliceStrategy: Strategy<ResourceSlice> = {
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  resource: 'resourceslices',
  singular: 'resourceslice',
  namespaced: false,
  verbs: ['get', 'list', 'watch'],
  columns: [
    NAME_COLUMN,
    textColumn('Node', 'The node that has the devices', ({ spec }) => spec.nodeName ?? ''),
    textColumn('Driver', 'The driver that tells of them', ({ spec }) => spec.driver ?? ''),
    textColumn('Pool', 'The pool that they belong to', ({ spec }) => spec.pool.name),
    AGE_COLUMN,
  ],
  selectableFields: ({ spec }) => ({
    'spec.nodeName': spec.nodeName ?? '',
    'spec.driver': spec.driver ?? '',
  }),
  builtIns: { render: () => [], refusal: () => REFUSAL },
};
