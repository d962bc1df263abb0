export * from './classwork/records';
export * from './data-folder';
export type * from './engine';
export * from './lti/records';
export * from './open';
export * from './records';
export type { RememberedDomain } from './remembered-reads';
export * from './revision-log';
export * from './worker';
