export * from './builders';
export * from './component-harness';
export * from './harness-client';
export * from './test-kubelet';
export * from './fuzz/conforms';
export * from './fuzz/requests';
