import type { ObjectReference } from '@podlab/contracts';
import type { MessageParams } from '../describe/render';

/** What an ingress controller tells of its decision: texts only, as the walk carries them. */
export type ApplicationFacts = Readonly<Record<string, string>>;

/** The sentence of a decision; its code is one of the facts. */
export function decisionWords(facts: ApplicationFacts): { code: string; params: MessageParams } {
  const { code, ...params } = facts;
  return { code: `Application.${code}`, params };
}

/** The objects that a decision names: the Ingress with the rule's field, the Service, the pod, the Secret. */
export function decisionObjects(facts: ApplicationFacts): ObjectReference[] {
  const { namespace, ingress, field, service, pod, secret } = facts;
  const objects: ObjectReference[] = [];
  if (ingress !== undefined) {
    const reference = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name: ingress };
    objects.push(field === undefined ? reference : { ...reference, field });
  }
  if (service !== undefined && service !== '')
    objects.push({ apiVersion: 'v1', kind: 'Service', namespace, name: service });
  if (pod !== undefined) objects.push({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });
  if (secret !== undefined) {
    const [home, name] = secret.split('/');
    objects.push({ apiVersion: 'v1', kind: 'Secret', namespace: home, name });
  }
  return objects;
}
