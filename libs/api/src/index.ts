export * from './generated/types';
export * from './generated/schemas';
