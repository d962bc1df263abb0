import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Grades, GradesQuery, Regrade, RegradeState } from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers } from '../documentation/answers';
import { GradeBook, gradesCsv } from './grade-book';
import { RegradeDesk } from './regrade-desk';

@ApiTags('grading')
@Controller('api/v1/classes/:id')
export class GradesHttpController {
  constructor(
    @Inject(GradeBook) private readonly book: GradeBook,
    @Inject(RegradeDesk) private readonly regrades: RegradeDesk,
  ) {}

  @Get('grades')
  @Answers('The grades of a class, as data or CSV; a student sees his own', 200, Grades)
  async listGrades(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: GradesQuery }) { format, lab }: GradesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Grades | string> {
    const rows = await this.book.rows(principal, id, lab);
    if (format === 'json') return { rows };
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="grades-${id}.csv"`);
    return gradesCsv(rows);
  }

  @Post('regrade')
  @HttpCode(202)
  @Answers(
    'Grades every attempt at a lab under its newest version; asked again, it tells how far it is',
    202,
    RegradeState,
  )
  regrade(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: Regrade }) { lab }: Regrade,
  ): Promise<RegradeState> {
    return this.regrades.begin(principal, id, lab);
  }

  @Get('regrade/:regrade')
  @Answers('How far a regrade is', 200, RegradeState)
  getRegrade(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('regrade') regrade: string,
  ): Promise<RegradeState> {
    return this.regrades.get(principal, id, regrade);
  }
}
