export * from './cloud-provider';
export * from './health-monitor';
export * from './load-balancer-network';
export * from './service-controller';
export * from './service-predicates';
export * from './settings';
export * from './simulated-cloud';
