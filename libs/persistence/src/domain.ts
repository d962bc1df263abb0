/** What the server asks of the domain tables, each call one transaction. */
import type { DataSource } from 'typeorm';
import { type Classes, classesOf } from './domain/classes';
import { type Clusters, clustersOf } from './domain/clusters';
import { type Credentials, credentialsOf } from './domain/credentials';
import { type Keys, keysOf } from './domain/keys';
import { type People, peopleOf } from './domain/people';
import { type Requests, requestsOf } from './domain/requests';

export type Domain = People & Credentials & Classes & Clusters & Requests & Keys;

export function domainOf(source: DataSource): Domain {
  return {
    ...peopleOf(source),
    ...credentialsOf(source),
    ...classesOf(source),
    ...clustersOf(source),
    ...requestsOf(source),
    ...keysOf(source),
  };
}
