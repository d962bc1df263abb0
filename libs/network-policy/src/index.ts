export * from './decision';
export * from './engine';
export * from './network-policy';
export type { ParsedAddress, PodProfile, PolicyEnd, PolicyPod } from './policy-pod';
export * from './truth-table';
