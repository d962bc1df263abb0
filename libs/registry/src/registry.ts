import type { Registry } from '@podlab/apiserver';
import { deploymentStrategy } from './apps/deployment/strategy';
import { replicaSetStrategy } from './apps/replica-set/strategy';
import { leaseStrategy } from './coordination/lease/strategy';
import { configMapStrategy } from './core/config-map/strategy';
import { endpointsStrategy } from './core/endpoints/strategy';
import { eventStrategy } from './core/event/strategy';
import { namespaceStrategy } from './core/namespace/strategy';
import { nodeStrategy } from './core/node/strategy';
import { podStrategy } from './core/pod/strategy';
import { secretStrategy } from './core/secret/strategy';
import { serviceAccountStrategy } from './core/service-account/strategy';
import { serviceStrategy } from './core/service/strategy';
import { endpointSliceStrategy } from './discovery/endpoint-slice/strategy';
import { ingressStrategy } from './networking/ingress/strategy';
import { ingressClassStrategy } from './networking/ingress-class/strategy';
import { networkPolicyStrategy } from './networking/network-policy/strategy';

/** Every kind that a cluster serves: core first, each group in the order of its names. */
export const REGISTRY: Registry = [
  configMapStrategy,
  endpointsStrategy,
  eventStrategy,
  namespaceStrategy,
  nodeStrategy,
  podStrategy,
  secretStrategy,
  serviceAccountStrategy,
  serviceStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  leaseStrategy,
  endpointSliceStrategy,
  ingressStrategy,
  ingressClassStrategy,
  networkPolicyStrategy,
];
