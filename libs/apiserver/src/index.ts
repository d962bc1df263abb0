export * from './api-server';
export { decodeProtobuf, PROTOBUF_TYPE } from './decoding/protobuf';
export * from './discovery/version';
export type { Connector } from './endpoints/connector';
export * from './endpoints/pod-connectors';
export * from './endpoints/encoding';
export * from './registry/strategy';
export * from './registry/strategy-index';
export * from './request/kube-request';
