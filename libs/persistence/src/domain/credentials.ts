/** What lets people in: one-time codes, sessions and tokens; and who tried too often. */
import { type DataSource, MoreThan, Not } from 'typeorm';
import { SessionEntity, SignInCodeEntity, SignInFailureEntity, TokenEntity } from '../entities';
import type {
  PageRequest,
  SessionRecord,
  SignInCodeRecord,
  SignInFailureRecord,
  TokenRecord,
} from '../records';
import { endAccountTokensOf } from './account-tokens';
import { pageOf } from './page';

export interface Credentials {
  saveSignInCode(code: SignInCodeRecord): Promise<void>;
  /** Uses a code up: the second caller gets null. */
  takeSignInCode(hash: string, now: number): Promise<SignInCodeRecord | null>;
  /** In place of what was known of this one; of all, the `keep` whose time ends last stay. */
  saveSignInFailure(failure: SignInFailureRecord, keep: number): Promise<void>;
  /** Soonest to end first. */
  listSignInFailures(now: number): Promise<SignInFailureRecord[]>;
  saveSession(session: SessionRecord): Promise<void>;
  findSession(hash: string, now: number): Promise<SessionRecord | null>;
  listSessions(person: string, page: PageRequest): Promise<SessionRecord[]>;
  deleteSession(hash: string): Promise<void>;
  /** False: this person has no such session. */
  deleteSessionById(person: string, id: string): Promise<boolean>;
  /** Ends all sessions of a person but the one that is to stay, and uses up his sign-in links. */
  deleteSessions(person: string, except: string | null): Promise<void>;
  saveToken(token: TokenRecord): Promise<void>;
  findToken(hash: string, now: number): Promise<TokenRecord | null>;
  listTokens(person: string, page: PageRequest): Promise<TokenRecord[]>;
  deleteToken(person: string, id: string): Promise<boolean>;
}

export function credentialsOf(source: DataSource): Credentials {
  const { manager } = source;
  const unexpired = (hash: string, now: number) => ({ hash, expires_at: MoreThan(now) });
  const taken = (entity: typeof SessionEntity | typeof TokenEntity, person_id: string, id: string) =>
    source.transaction(async (transaction) => {
      const { affected } = await transaction.delete(entity as never, { person_id, id });
      if (!affected) return false;
      await endAccountTokensOf(transaction, person_id);
      return true;
    });
  return {
    saveSignInCode: async (code) => void (await manager.insert(SignInCodeEntity, code)),
    takeSignInCode: async (hash, now) => {
      const found = await manager.findOneBy(SignInCodeEntity, { hash });
      if (found) await manager.delete(SignInCodeEntity, { hash });
      return found && found.expires_at > now ? found : null;
    },
    saveSignInFailure: (failure, keep) =>
      source.transaction(async (transaction) => {
        await transaction.save(SignInFailureEntity, failure);
        const tooMany = (await transaction.count(SignInFailureEntity)) - keep;
        if (tooMany <= 0) return;
        const order = { expires_at: 'ASC', subject: 'ASC' } as const;
        await transaction.remove(
          SignInFailureEntity,
          await transaction.find(SignInFailureEntity, { order, take: tooMany }),
        );
      }),
    listSignInFailures: (now) =>
      manager.find(SignInFailureEntity, {
        where: { expires_at: MoreThan(now) },
        order: { expires_at: 'ASC', subject: 'ASC' },
      }),
    saveSession: async (session) => void (await manager.insert(SessionEntity, session)),
    findSession: (hash, now) => manager.findOneBy(SessionEntity, unexpired(hash, now)),
    listSessions: (person_id, page) => pageOf<SessionRecord>(manager, SessionEntity, { person_id }, page),
    deleteSession: (hash) =>
      source.transaction(async (transaction) => {
        const found = await transaction.findOneBy(SessionEntity, { hash });
        if (found) await endAccountTokensOf(transaction, found.person_id);
        await transaction.delete(SessionEntity, { hash });
      }),
    deleteSessionById: (person_id, id) => taken(SessionEntity, person_id, id),
    deleteSessions: (person_id, except) =>
      source.transaction(async (transaction) => {
        await endAccountTokensOf(transaction, person_id);
        const which = { person_id, ...(except !== null && { hash: Not(except) }) };
        await transaction.delete(SessionEntity, which);
        await transaction.delete(SignInCodeEntity, { person_id });
      }),
    saveToken: async (token) => void (await manager.insert(TokenEntity, token)),
    findToken: (hash, now) => manager.findOneBy(TokenEntity, unexpired(hash, now)),
    listTokens: (person_id, page) => pageOf<TokenRecord>(manager, TokenEntity, { person_id }, page),
    deleteToken: (person_id, id) => taken(TokenEntity, person_id, id),
  };
}
