import type { Ingress, IngressClass } from '@podlab/api';
import { newForbidden } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin } from './admission';

const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Gives an Ingress without a class the default one. Models plugin/pkg/admission/network/defaultingressclass. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  admit({ operation, strategy, object, name, context }) {
    if (operation !== 'CREATE' || groupResourceOf(strategy) !== 'ingresses.networking.k8s.io') return;
    const ingress = object as Ingress;
    if (ingress.spec?.ingressClassName !== undefined) return;
    if (ingress.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return;
    const classes = context.list('ingressclasses.networking.k8s.io') as readonly IngressClass[];
    const defaults = classes.filter(({ metadata }) => metadata.annotations?.[IS_DEFAULT] === 'true');
    if (defaults.length > 1) {
      const reason = `Internal error occurred: ${defaults.length} default IngressClasses were found, only 1 allowed`;
      throw newForbidden('ingresses.networking.k8s.io', name, reason);
    }
    if (defaults.length === 1) (ingress.spec ??= {}).ingressClassName = defaults[0].metadata.name;
  },
};
