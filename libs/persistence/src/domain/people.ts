/** People, and by which identities providers know them. */
import type { DataSource } from 'typeorm';
import { MessageEntity } from '../classwork/entities';
import {
  IdempotencyEntity,
  IdentityEntity,
  MembershipEntity,
  PersonEntity,
  SessionEntity,
  SignInCodeEntity,
  TokenEntity,
} from '../entities';
import type { IdentityRecord, PageRequest, PersonRecord } from '../records';
import { endAccountTokensOf } from './account-tokens';
import { pageOf } from './page';
import { deleteWorkOf } from './removal';

export interface People {
  /** False: somebody else has the login. */
  savePerson(person: PersonRecord): Promise<boolean>;
  /** False: somebody else has the login. */
  updatePerson(id: string, changes: Partial<PersonRecord>): Promise<boolean>;
  findPerson(id: string): Promise<PersonRecord | null>;
  findPersonByLogin(login: string): Promise<PersonRecord | null>;
  listPeople(page: PageRequest): Promise<PersonRecord[]>;
  /** With credentials, identities, memberships and work on labs; clusters are deleted one by one before. */
  deletePerson(id: string): Promise<void>;
  /** Whoever comes first with an identity is that person from then on; the answer says who it is. */
  linkIdentity(identity: IdentityRecord): Promise<string>;
  findIdentity(issuer: string, subject: string): Promise<IdentityRecord | null>;
  listIdentities(person: string): Promise<IdentityRecord[]>;
}

export function peopleOf(source: DataSource): People {
  const { manager } = source;
  const isTaken = async (login: string | null | undefined, id: string) =>
    typeof login === 'string' && ((await manager.findOneBy(PersonEntity, { login }))?.id ?? id) !== id;
  return {
    savePerson: async (person) => {
      if (await isTaken(person.login, person.id)) return false;
      await manager.insert(PersonEntity, person);
      return true;
    },
    updatePerson: async (id, changes) => {
      if (await isTaken(changes.login, id)) return false;
      await source.transaction(async (transaction) => {
        const { role } = changes;
        const isOther = role !== undefined && !(await transaction.existsBy(PersonEntity, { id, role }));
        if (isOther) await endAccountTokensOf(transaction, id);
        await transaction.update(PersonEntity, { id }, changes);
      });
      return true;
    },
    findPerson: (id) => manager.findOneBy(PersonEntity, { id }),
    findPersonByLogin: (login) => manager.findOneBy(PersonEntity, { login }),
    listPeople: (page) => pageOf<PersonRecord>(manager, PersonEntity, {}, page),
    deletePerson: (id) =>
      source.transaction(async (transaction) => {
        await endAccountTokensOf(transaction, id);
        const ofPerson = [SessionEntity, TokenEntity, SignInCodeEntity, IdentityEntity, MembershipEntity];
        for (const entity of ofPerson) await transaction.delete(entity as never, { person_id: id });
        await deleteWorkOf(transaction, id);
        await transaction.delete(IdempotencyEntity, { caller_id: id });
        await transaction.delete(MessageEntity, { from_id: id });
        await transaction.delete(MessageEntity, { to_id: id });
        await transaction.delete(PersonEntity, { id });
      }),
    linkIdentity: async (identity) => {
      const { issuer, subject } = identity;
      const known = await manager.findOneBy(IdentityEntity, { issuer, subject });
      if (!known) await manager.insert(IdentityEntity, identity);
      return known?.person_id ?? identity.person_id;
    },
    findIdentity: (issuer, subject) => manager.findOneBy(IdentityEntity, { issuer, subject }),
    listIdentities: (person_id) => manager.findBy(IdentityEntity, { person_id }),
  };
}
