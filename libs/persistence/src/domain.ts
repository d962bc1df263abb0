/** What the server asks of the domain tables, each call one transaction. */
import type { DataSource } from 'typeorm';
import { type Attempts, attemptsOf } from './classwork/attempts';
import { type Labs, labsOf } from './classwork/labs';
import { type AccountTokens, accountTokensOf } from './domain/account-tokens';
import { type Classes, classesOf } from './domain/classes';
import { type Clusters, clustersOf } from './domain/clusters';
import { type Credentials, credentialsOf } from './domain/credentials';
import { type Keys, keysOf } from './domain/keys';
import { type People, peopleOf } from './domain/people';
import { type Requests, requestsOf } from './domain/requests';
import { type Snapshots, snapshotsOf } from './domain/snapshots';
import { type Lti, ltiOf } from './lti/lti';

export type Domain = People &
  Credentials &
  AccountTokens &
  Classes &
  Clusters &
  Requests &
  Snapshots &
  Labs &
  Attempts &
  Lti &
  Keys;

export function domainOf(source: DataSource): Domain {
  return {
    ...peopleOf(source),
    ...credentialsOf(source),
    ...accountTokensOf(source),
    ...classesOf(source),
    ...clustersOf(source),
    ...requestsOf(source),
    ...snapshotsOf(source),
    ...labsOf(source),
    ...attemptsOf(source),
    ...ltiOf(source),
    ...keysOf(source),
  };
}
