import type { Pod, PodTemplateSpec } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import { controllerReference } from '../ownership/claim';

/** The pod that a controller makes from its template. Models k8s.io/kubernetes pkg/controller GetPodFromTemplate. */
export function podFromTemplate(template: PodTemplateSpec, owner: KubeObject): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec ?? { containers: [] },
  };
}
