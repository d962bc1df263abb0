/** What the module is made of that has to do with people and classes. */
import { ClassClusters } from './class-clusters';
import { ClassDirectory } from './class-directory';
import { ClassesHttpController } from './classes.http-controller';
import { InvitationDesk } from './invitation-desk';
import { JoinHttpController } from './join.http-controller';
import { MemberDesk } from './member-desk';
import { MembersHttpController } from './members.http-controller';
import { PeopleDirectory } from './people-directory';
import { PeopleHttpController } from './people.http-controller';
import { RequestRates } from './request-rates';
import { RosterDesk } from './roster';

export const CLASSROOM_CONTROLLERS = [
  PeopleHttpController,
  ClassesHttpController,
  MembersHttpController,
  JoinHttpController,
];

export const CLASSROOM_PROVIDERS = [
  PeopleDirectory,
  ClassDirectory,
  ClassClusters,
  MemberDesk,
  RosterDesk,
  InvitationDesk,
  RequestRates,
];
