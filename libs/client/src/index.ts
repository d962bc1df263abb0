export * from './client';
export * from './component';
export * from './event-recorder';
export * from './informer';
export * from './work-queue';
export * from './correlated-recorder';
export * from './store-informer';
export * from './volumes/volume-match';
