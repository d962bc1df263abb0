export * from './generated/types';
export * from './generated/protobuf';
export * from './generated/schemas';
