export * from './mvcc-store';
