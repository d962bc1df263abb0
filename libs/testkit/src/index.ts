export * from './builders';
export * from './component-harness';
export * from './harness-client';
export * from './test-kubelet';
