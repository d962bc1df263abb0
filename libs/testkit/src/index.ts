export * from './builders';
export * from './component-harness';
export * from './harness-client';
export * from './harness-error';
export * from './test-kubelet';
