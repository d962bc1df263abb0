import type { KubeObject } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { NAME_COLUMN, textColumn } from '../../printing/cells';

interface ComponentStatus extends KubeObject {
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly message: string;
  }[];
}

const COMPONENTS = ['controller-manager', 'etcd-0', 'scheduler'];
const HEALTHY = { type: 'Healthy', status: 'True', message: 'ok' };
const REFUSAL = 'component statuses are not stored: nobody changes them';

/** What a simulated control plane says of itself. Models k8s.io/kubernetes pkg/registry/core/componentstatus rest.go. */
export const componentStatusStrategy: Strategy<ComponentStatus> = {
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  resource: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  verbs: ['get', 'list'],
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'Status of the component conditions', () => 'Healthy'),
    textColumn('Message', 'Message of the component conditions', ({ conditions }) => conditions[0].message),
    textColumn('Error', 'Error of the component conditions', () => ''),
  ],
  builtIns: { render: () => COMPONENTS.map(statusOf), refusal: () => REFUSAL },
};

function statusOf(name: string): ComponentStatus {
  return { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name }, conditions: [HEALTHY] };
}
