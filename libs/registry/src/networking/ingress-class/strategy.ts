import type { IngressClass } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { validateIngressClass, validateIngressClassUpdate } from './validation';

/** Models k8s.io/kubernetes pkg/registry/networking/ingressclass strategy. */
export const ingressClassStrategy: Strategy<IngressClass> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Controller',
      'Controller that is responsible for handling this class',
      ({ spec }) => spec.controller ?? '',
    ),
    textColumn(
      'Parameters',
      'A reference to a resource with additional parameters',
      ({ spec: { parameters } }) => {
        if (!parameters) return '<none>';
        const { kind, apiGroup, name } = parameters;
        return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
      },
    ),
    AGE_COLUMN,
  ],
  hasGeneration: true,
  defaults(draft) {
    draft.spec ??= {};
    if (draft.spec.parameters) draft.spec.parameters.scope ??= 'Cluster';
  },
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
};
