import type { NetworkPolicy } from '@podlab/api';
import { formatLabelSelector } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { networkPolicyWarnings, validateNetworkPolicy } from './validation';

const POD_SELECTOR =
  "podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to any pods selected by this field. An empty selector matches all pods in the policy's namespace. Multiple network policies can select the same set of pods. In this case, the ingress rules for each are combined additively. This field is optional. If it is not specified, it defaults to an empty selector.";

/** Models k8s.io/kubernetes pkg/registry/networking/networkpolicy strategy. */
export const networkPolicyStrategy: Strategy<NetworkPolicy> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn('Pod-Selector', POD_SELECTOR, ({ spec }) => formatLabelSelector(spec.podSelector)),
    AGE_COLUMN,
  ],
  hasGeneration: true,
  defaults: setDefaults,
  validate: (policy) => validateNetworkPolicy(policy),
  validateUpdate: (policy) => validateNetworkPolicy(policy),
  warnings: (policy) => networkPolicyWarnings(policy),
};

/** Models pkg/apis/networking/v1 SetDefaults_NetworkPolicy and SetDefaults_NetworkPolicyPort. */
function setDefaults(draft: NetworkPolicy): void {
  draft.spec ??= {};
  const { spec } = draft;
  spec.podSelector ??= {};
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of ports ?? []) port.protocol ??= 'TCP';
  }
  if ((spec.policyTypes ?? []).length > 0) return;
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}
