export * from './cluster-objects';
export * from './dependencies';
export { withParticles } from './describe/particles';
export * from './describe/render';
export { parseTarget, InvalidTarget } from './send/target';
export type { KeptConnection, KeptConnections } from './send/kept-connections';
export { SenderNotFound } from './send/sender';
export { createOutsideNames } from './send/resolve-name';
export * from './traceflow';
