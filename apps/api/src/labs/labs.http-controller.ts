import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AssignedLab,
  Attempt,
  AttemptCreate,
  Identifier,
  LabAssignment,
  LabCheck,
  LabSummary,
  LabUpload,
  type Page,
  pageOf,
} from '@podlab/contracts';
import { z } from 'zod';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { Answers } from '../documentation/answers';
import { AssignmentDesk } from './assignment-desk';
import { AttemptDesk } from './attempt-desk';
import { AttemptDirectory } from './attempt-directory';
import { LabCatalogue } from './lab-catalogue';

const OfClass = z.strictObject({ class: Identifier.optional() });
type OfClass = z.infer<typeof OfClass>;

@ApiTags('labs')
@Controller('api/v1')
export class LabsHttpController {
  constructor(
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(AssignmentDesk) private readonly assignments: AssignmentDesk,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(AttemptDesk) private readonly desk: AttemptDesk,
  ) {}

  @Get('labs')
  @Answers(
    'Labs by their order: of this server, and with `class` also those uploaded into it',
    200,
    pageOf(LabSummary),
  )
  async listLabs(
    @Caller() principal: Principal,
    @Query({ schema: OfClass }) { class: classId }: OfClass,
  ): Promise<Page<LabSummary>> {
    if (classId !== undefined) await this.classes.find(principal, classId, 'see');
    return { items: await this.labs.list(classId ?? null), next_cursor: null };
  }

  @Post('labs')
  @Answers('Takes a bundle into a class; the same name again is a new version', 201, LabSummary)
  uploadLab(
    @Caller() principal: Principal,
    @Body({ schema: LabUpload }) body: LabUpload,
  ): Promise<LabSummary> {
    return this.labs.upload(principal, body);
  }

  @Post('labs/check')
  @HttpCode(200)
  @Answers('What is wrong with a bundle, by file and line; nothing is kept', 200, LabCheck)
  checkLab(
    @Caller() principal: Principal,
    @Body({ schema: LabUpload.pick({ files: true }) }) { files }: Pick<LabUpload, 'files'>,
  ): Promise<LabCheck> {
    return this.labs.check(principal, files);
  }

  @Post('labs/:lab/attempts')
  @HttpCode(200)
  @Answers("The caller's (or the group's) attempt with its cluster, made at first touch", 200, Attempt)
  async beginAttempt(
    @Caller() principal: Principal,
    @Param('lab') lab: string,
    @Body({ schema: AttemptCreate }) body: AttemptCreate,
  ): Promise<Attempt> {
    return this.desk.view(await this.attempts.begin(principal, lab, body.class ?? null));
  }

  @Get('classes/:id/labs')
  @Answers('What the class works on, with where the caller stands', 200, pageOf(AssignedLab))
  async listAssignedLabs(
    @Caller() principal: Principal,
    @Param('id') id: string,
  ): Promise<Page<AssignedLab>> {
    return { items: await this.assignments.list(principal, id), next_cursor: null };
  }

  @Put('classes/:id/labs/:lab')
  @Answers('The class works on this lab', 200, AssignedLab)
  assignLab(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('lab') lab: string,
    @Body({ schema: LabAssignment }) body: LabAssignment,
  ): Promise<AssignedLab> {
    return this.assignments.assign(principal, id, lab, body);
  }

  @Delete('classes/:id/labs/:lab')
  @HttpCode(204)
  @Answers('The class works on it no more; attempts and grades stay', 204)
  unassignLab(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('lab') lab: string,
  ): Promise<void> {
    return this.assignments.remove(principal, id, lab);
  }
}
