import type { Ingress } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { INGRESS_COLUMNS } from './columns';
import {
  INGRESS_CLASS_ANNOTATION,
  validateIngress,
  validateIngressStatus,
  validateIngressUpdate,
} from './validation';

/** Models k8s.io/kubernetes pkg/registry/networking/ingress strategy. */
export const ingressStrategy: Strategy<Ingress> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  columns: INGRESS_COLUMNS,
  hasGeneration: true,
  defaults(draft) {
    draft.spec ??= {};
  },
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateIngress,
  validateUpdate: validateIngressUpdate,
  warnings(draft, old) {
    const annotation = draft.metadata.annotations?.[INGRESS_CLASS_ANNOTATION];
    const before = old?.metadata.annotations?.[INGRESS_CLASS_ANNOTATION];
    if (annotation === undefined || (old && equalJson(annotation, before))) return [];
    return [
      `annotation "${INGRESS_CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`,
    ];
  },
  status: { validateUpdate: validateIngressStatus },
};
