/** Idempotency keys, the server's own secrets, and what ends by itself. */
import { type DataSource, LessThan, MoreThan } from 'typeorm';
import {
  IdempotencyEntity,
  InvitationEntity,
  SecretEntity,
  SessionEntity,
  SignInCodeEntity,
  SignInFailureEntity,
  TokenEntity,
} from '../entities';
import type { IdempotencyRecord, SecretRecord } from '../records';

export interface Keys {
  findIdempotent(caller: string, key: string, after: number): Promise<IdempotencyRecord | null>;
  saveIdempotent(record: IdempotencyRecord): Promise<void>;
  findSecret(name: string): Promise<SecretRecord | null>;
  saveSecret(secret: SecretRecord): Promise<void>;
  /** Drops what expired before `now`. */
  expire(now: number, idempotencyBefore: number): Promise<void>;
}

export function keysOf({ manager }: DataSource): Keys {
  return {
    findIdempotent: (caller_id: string, key: string, after: number) =>
      manager.findOneBy(IdempotencyEntity, { caller_id, key, created_at: MoreThan(after) }),
    saveIdempotent: async (record: IdempotencyRecord) => void (await manager.save(IdempotencyEntity, record)),
    findSecret: (name: string) => manager.findOneBy(SecretEntity, { name }),
    saveSecret: async (secret: SecretRecord) => void (await manager.save(SecretEntity, secret)),
    expire: async (now: number, idempotencyBefore: number) => {
      await manager.delete(SignInCodeEntity, { expires_at: LessThan(now) });
      await manager.delete(SignInFailureEntity, { expires_at: LessThan(now) });
      await manager.delete(SessionEntity, { expires_at: LessThan(now) });
      await manager.delete(TokenEntity, { expires_at: LessThan(now) });
      await manager.delete(InvitationEntity, { expires_at: LessThan(now) });
      await manager.delete(IdempotencyEntity, { created_at: LessThan(idempotencyBefore) });
    },
  };
}
