export * from './data';
export * from './event-queue';
export * from './hash';
export * from './invariant';
export * from './limits';
export * from './prng';
export * from './time';
export * from './utf8';
