export { deploymentController } from './deployment/deployment-controller';
export { podTemplateHash } from './deployment/pod-template-hash';
export { replicaSetController } from './replicaset/replica-set-controller';
export { endpointsController } from './endpoints/endpoints-controller';
export { endpointSliceController } from './endpointslice/endpoint-slice-controller';
