import { Body, Controller, Headers, HttpCode, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Grade, GradeFormat, GradeRequest } from '@podlab/contracts';
import { GRADE_MEDIA_TYPES, GradeIncomplete, renderGrade } from '@podlab/grading';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Caller, OpenToGrading } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers } from '../documentation/answers';
import { ProblemException } from '../problems/problem-exception';
import { languageOf } from '../requests/language';
import { GradeDesk } from './grade-desk';

const GradeQuery = z.strictObject({ format: GradeFormat.default('json') });
type GradeQuery = z.infer<typeof GradeQuery>;

@ApiTags('grading')
@Controller('api/v1/grade')
export class GradeHttpController {
  constructor(@Inject(GradeDesk) private readonly desk: GradeDesk) {}

  @Post()
  @HttpCode(200)
  @OpenToGrading()
  @Answers(
    'Grades manifests on a fresh cluster, or a cluster on its fork: the same bytes every time',
    200,
    Grade,
  )
  async grade(
    @Caller() principal: Principal,
    @Query({ schema: GradeQuery }) { format }: GradeQuery,
    @Body({ schema: GradeRequest }) body: GradeRequest,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { grade, showHidden } = await this.desk.grade(principal, body);
    void reply.header('content-type', GRADE_MEDIA_TYPES[format]);
    try {
      return renderGrade(grade, format, { language: languageOf(accepted), showHidden });
    } catch (error) {
      if (error instanceof GradeIncomplete) throw new ProblemException('GradeIncomplete', error.message);
      throw error;
    }
  }
}
