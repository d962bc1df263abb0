import { pluralOf } from './plural';

it.each([
  ['Pod', 'pods'],
  ['Endpoints', 'endpoints'],
  ['EndpointSlice', 'endpointslices'],
  ['NetworkPolicy', 'networkpolicies'],
  ['Ingress', 'ingresses'],
  ['IngressClass', 'ingressclasses'],
  ['PodDisruptionBudget', 'poddisruptionbudgets'],
])('%s is among the %s', (kind, plural) => {
  expect(pluralOf(kind)).toBe(plural);
});
