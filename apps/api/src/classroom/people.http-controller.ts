import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Page,
  PageQuery,
  pageOf,
  Person,
  PersonChange,
  PersonCreate,
  PersonCreated,
  SignInLink,
} from '@podlab/contracts';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Idempotency } from '../clusters/idempotency';
import { Answers, Makes } from '../documentation/answers';
import { PeopleDirectory } from './people-directory';

@ApiTags('people')
@Controller('api/v1/people')
export class PeopleHttpController {
  constructor(
    @Inject(PeopleDirectory) private readonly people: PeopleDirectory,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Makes('Makes a person, with a link that lets him in once', PersonCreated)
  createPerson(
    @Caller() principal: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: PersonCreate }) body: PersonCreate,
  ): Promise<PersonCreated> {
    return this.idempotency.once(principal, key, body, () => this.people.create(principal, body));
  }

  @Get()
  @Answers('All people, newest first', 200, pageOf(Person))
  listPeople(
    @Caller() principal: Principal,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<Person>> {
    return this.people.list(principal, query);
  }

  @Get(':id')
  @Answers('One person', 200, Person)
  getPerson(@Caller() principal: Principal, @Param('id') id: string): Promise<Person> {
    return this.people.get(principal, id);
  }

  @Patch(':id')
  @Answers("Changes one's own name; the administrator changes login and role too", 200, Person)
  changePerson(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: PersonChange }) body: PersonChange,
  ): Promise<Person> {
    return this.people.change(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers('Removes a person with clusters, tokens, sessions and memberships', 204)
  deletePerson(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.people.remove(principal, id);
  }

  @Post(':id/links')
  @Answers('A link that lets this person in once', 201, SignInLink)
  createPersonLink(@Caller() principal: Principal, @Param('id') id: string): Promise<SignInLink> {
    return this.people.link(principal, id);
  }

  @Get(':id/export')
  @Answers('Everything about a person, as JSON', 200)
  exportPerson(@Caller() principal: Principal, @Param('id') id: string): Promise<Record<string, unknown>> {
    return this.people.export(principal, id);
  }
}
