import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AnswersGiven,
  Attempt,
  CheckRun,
  CheckRunAnswer,
  HandRaised,
  HintOpened,
  type Page,
  pageOf,
  TimelineEntry,
} from '@podlab/contracts';
import { forStudent } from '@podlab/grading';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers } from '../documentation/answers';
import { AttemptDesk } from './attempt-desk';
import { CheckDesk } from './check-desk';

@ApiTags('labs')
@Controller('api/v1/attempts/:id')
export class AttemptsHttpController {
  constructor(
    @Inject(AttemptDesk) private readonly desk: AttemptDesk,
    @Inject(CheckDesk) private readonly checks: CheckDesk,
  ) {}

  @Get()
  @Answers('An attempt, with its steps as its student sees them', 200, Attempt)
  getAttempt(@Caller() principal: Principal, @Param('id') id: string): Promise<Attempt> {
    return this.desk.get(principal, id);
  }

  @Post('checks')
  @HttpCode(200)
  @Answers('Runs the checks of a step, or of all, on a fork of the cluster', 200, CheckRunAnswer)
  async runChecks(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: CheckRun }) body: CheckRun,
  ): Promise<CheckRunAnswer> {
    const { found, grade } = await this.checks.run(principal, id, body);
    const results = forStudent(grade).checks.filter(
      ({ step }) => body.step === undefined || step === body.step,
    );
    const { score, max } = grade;
    return { attempt: await this.desk.view(found), results, score, max };
  }

  @Post('answers')
  @HttpCode(200)
  @Answers('Answers quiz items and predictions, each once', 200, Attempt)
  answerQuestions(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: AnswersGiven }) body: AnswersGiven,
  ): Promise<Attempt> {
    return this.desk.answer(principal, id, body);
  }

  @Post('hints')
  @HttpCode(200)
  @Answers('Opens the next hint of a step, which may cost', 200, Attempt)
  openHint(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: HintOpened }) body: HintOpened,
  ): Promise<Attempt> {
    return this.desk.openHint(principal, id, body.step);
  }

  @Put('hand')
  @Answers('Asks for help, or lowers the hand', 200, Attempt)
  setHand(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: HandRaised }) body: HandRaised,
  ): Promise<Attempt> {
    return this.desk.raiseHand(principal, id, body);
  }

  @Get('timeline')
  @Answers('What happened in an attempt, oldest first', 200, pageOf(TimelineEntry))
  async getTimeline(@Caller() principal: Principal, @Param('id') id: string): Promise<Page<TimelineEntry>> {
    return { items: await this.desk.timeline(principal, id), next_cursor: null };
  }
}
