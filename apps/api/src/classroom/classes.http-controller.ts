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
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  Class,
  ClassChange,
  ClassCreate,
  Cluster,
  ClusterCreate,
  Invitation,
  InvitationCreate,
  type Page,
  PageQuery,
  pageOf,
} from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Idempotency } from '../clusters/idempotency';
import { Answers, AnswersText, Makes } from '../documentation/answers';
import { ClassClusters } from './class-clusters';
import { ClassDirectory } from './class-directory';
import { InvitationDesk } from './invitation-desk';

@ApiTags('classes')
@Controller('api/v1/classes')
export class ClassesHttpController {
  constructor(
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(ClassClusters) private readonly own: ClassClusters,
    @Inject(InvitationDesk) private readonly invitations: InvitationDesk,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Makes('Opens a class, with the caller as its teacher', Class)
  createClass(
    @Caller() principal: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: ClassCreate }) body: ClassCreate,
  ): Promise<Class> {
    const named = { class: body };
    return this.idempotency.once(principal, key, named, () => this.classes.create(principal, body));
  }

  @Get()
  @Answers("The caller's classes, newest first", 200, pageOf(Class))
  listClasses(
    @Caller() principal: Principal,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<Class>> {
    return this.classes.list(principal, query);
  }

  @Get(':id')
  @Answers('One class', 200, Class)
  getClass(@Caller() principal: Principal, @Param('id') id: string): Promise<Class> {
    return this.classes.get(principal, id);
  }

  @Patch(':id')
  @Answers('Changes name, quotas or settings', 200, Class)
  changeClass(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ClassChange }) body: ClassChange,
  ): Promise<Class> {
    return this.classes.change(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers('Deletes a class with its clusters; the people stay', 204)
  deleteClass(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.classes.remove(principal, id);
  }

  @Post(':id/clusters')
  @Makes("Creates a cluster of the caller's in the class, within its quotas", Cluster)
  createClassCluster(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: ClusterCreate }) body: ClusterCreate,
  ): Promise<Cluster> {
    const named = { cluster: id, ...body };
    return this.idempotency.once(principal, key, named, () => this.own.create(principal, id, body));
  }

  @Get(':id/clusters')
  @Answers("The clusters of the class's members, newest first", 200, pageOf(Cluster))
  listClassClusters(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<Cluster>> {
    return this.classes.listClusters(principal, id, query);
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Answers('Closes the class: from now on it is read-only', 200, Class)
  archiveClass(@Caller() principal: Principal, @Param('id') id: string): Promise<Class> {
    return this.classes.archive(principal, id);
  }

  @Get(':id/archive')
  @AnswersText('The class, its members and clusters, each a line of JSON', 'application/x-ndjson')
  async exportClass(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.classes.find(principal, id, 'teach');
    void reply
      .header('content-type', 'application/x-ndjson')
      .header('content-disposition', `attachment; filename="class-${id}.ndjson"`)
      .send(Readable.from(this.classes.bundle(found)));
  }

  @Post(':id/invitations')
  @Makes('A code, and its link, that lets people into the class', Invitation)
  createInvitation(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: InvitationCreate }) body: InvitationCreate,
  ): Promise<Invitation> {
    const named = { invitation: id, ...body };
    return this.idempotency.once(principal, key, named, () => this.invitations.create(principal, id, body));
  }

  @Get(':id/invitations')
  @Answers('The invitations that are open', 200, pageOf(Invitation))
  listInvitations(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<Invitation>> {
    return this.invitations.list(principal, id, query);
  }

  @Delete(':id/invitations/:invitation')
  @HttpCode(204)
  @Answers('Revokes an invitation', 204)
  revokeInvitation(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('invitation') invitation: string,
  ): Promise<void> {
    return this.invitations.revoke(principal, id, invitation);
  }
}
