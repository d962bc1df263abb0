import type { Pod, RuntimeClass } from '@podlab/api';
import { newForbidden, quote } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin } from './admission';

/** A pod's runtime class must be there, and says what it costs. Models plugin/pkg/admission/runtimeclass. */
export const runtimeClassAdmission: AdmissionPlugin = {
  name: 'RuntimeClass',
  admit({ operation, strategy, object, name, context }) {
    if (operation !== 'CREATE' || groupResourceOf(strategy) !== 'pods') return;
    const { spec } = object as Pod;
    if (!spec.runtimeClassName) return;
    const found = context.get('runtimeclasses.node.k8s.io', spec.runtimeClassName) as
      RuntimeClass | undefined;
    if (!found)
      throw newForbidden(
        'pods',
        name,
        `pod rejected: RuntimeClass ${quote(spec.runtimeClassName)} not found`,
      );
    if (found.overhead?.podFixed) spec.overhead = found.overhead.podFixed;
    const { nodeSelector, tolerations = [] } = found.scheduling ?? {};
    if (nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
    if (tolerations.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...tolerations];
  },
};
