/** What a student does in an attempt beside the cluster: answers, hints, a raised hand. */
import { Inject, Injectable } from '@nestjs/common';
import type { AnswersGiven, Attempt, HandRaised, LabStep, TimelineEntry } from '@podlab/contracts';
import { type LabInstance, predictedAnswer, predictedRequest } from '@podlab/grading';
import { Refusal, rfc3339Micro } from '@podlab/kernel';
import type { Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { ClusterHost } from '../cluster-host/cluster-host';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { AttemptDirectory, type FoundAttempt } from './attempt-directory';
import { answersOf } from './attempt-state';
import { type AskedRequest, attemptView, timeOf } from './attempt-view';
import { keptEvidence } from './kept-evidence';

type Prediction = LabStep['predictions'][number];

@Injectable()
export class AttemptDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(ClusterHost) private readonly host: ClusterHost,
  ) {}

  async get(principal: Principal, id: string): Promise<Attempt> {
    return this.view(await this.attempts.find(principal, id, 'see'));
  }

  /** Each can be answered once: a prediction is made before one knows. */
  answer(principal: Principal, id: string, given: AnswersGiven): Promise<Attempt> {
    return this.attempts.inTurn(id, () => this.answerNow(principal, id, given));
  }

  openHint(principal: Principal, id: string, step: string): Promise<Attempt> {
    return this.attempts.inTurn(id, () => this.openHintNow(principal, id, step));
  }

  private async answerNow(principal: Principal, id: string, given: AnswersGiven): Promise<Attempt> {
    const found = await this.own(principal, id);
    const answers = answersOf(found.record);
    const [quiz, predictions] = [Object.keys(given.quiz), Object.keys(given.predictions)];
    const again = [...quiz, ...predictions].find(
      (name) => Object.hasOwn(answers.quiz, name) || Object.hasOwn(answers.predictions, name),
    );
    if (again !== undefined) throw new ProblemException('Conflict', `${again} is answered already.`);
    requireKnown(found.instance, given);
    for (const name of predictions) {
      const prediction = predictionOf(found.instance, name) as Prediction;
      answers.found[name] = await this.foundOf(found, prediction);
      answers.predictions[name] = given.predictions[name];
    }
    Object.assign(answers.quiz, given.quiz);
    const changes = { answers: JSON.stringify(answers) };
    const detail = { quiz: given.quiz, predictions: given.predictions };
    return this.written(found, principal, changes, 'Answered', detail);
  }

  private async openHintNow(principal: Principal, id: string, stepName: string): Promise<Attempt> {
    const found = await this.own(principal, id);
    const step = found.instance.document.steps.find(({ name }) => name === stepName);
    if (!step) throw new ProblemException('NotFound', `The lab has no step ${stepName}.`);
    const answers = answersOf(found.record);
    const opened = Object.hasOwn(answers.hints, stepName) ? answers.hints[stepName] : 0;
    if (opened >= step.hints.length)
      throw new ProblemException('Conflict', `The step ${stepName} has no further hint.`);
    answers.hints[stepName] = opened + 1;
    const changes = { answers: JSON.stringify(answers) };
    return this.written(found, principal, changes, 'Hint', { step: stepName, hint: opened + 1 });
  }

  /** A teacher may lower it, too. */
  async raiseHand(principal: Principal, id: string, { raised, note }: HandRaised): Promise<Attempt> {
    const found = await this.attempts.find(principal, id, raised ? 'manage' : 'use');
    if (raised) await this.attempts.requireOwn(principal, found);
    const { hand_raised_at: before } = found.record;
    // Who changes the note keeps his place in the queue.
    const changes = { hand_raised_at: raised ? (before ?? Date.now()) : null, hand_note: raised ? note : '' };
    return this.written(found, principal, changes, 'Hand', { raised, note });
  }

  /** What happened in it, oldest first. */
  async timeline(principal: Principal, id: string): Promise<TimelineEntry[]> {
    await this.attempts.find(principal, id, 'see');
    const events = await this.domain.listAttemptEvents(id);
    const people = new Map<string, string>();
    for (const person of new Set(events.map(({ person_id }) => person_id)))
      people.set(person, (await this.domain.findPerson(person))?.name ?? person);
    return events.map((event) => ({
      at: timeOf(event.created_at),
      virtual_at: event.virtual_at === null ? null : rfc3339Micro(event.virtual_at),
      kind: event.kind as TimelineEntry['kind'],
      person: { id: event.person_id, name: people.get(event.person_id) ?? event.person_id },
      detail: JSON.parse(event.detail) as Record<string, unknown>,
    }));
  }

  async view(found: FoundAttempt): Promise<Attempt> {
    const { record, instance } = found;
    const [person, assignments] = await Promise.all([
      this.domain.findPerson(record.person_id),
      record.class_id === null ? [] : this.domain.listAssignments(record.class_id),
    ]);
    return attemptView(record, {
      instance,
      person: { id: record.person_id, name: person?.name ?? record.person_id },
      due_at: assignments.find(({ lab }) => lab === record.lab)?.due_at ?? null,
      asked: await this.asked(found),
      evidence: await keptEvidence(this.domain, record.id),
    });
  }

  private async own(principal: Principal, id: string): Promise<FoundAttempt> {
    const found = await this.attempts.find(principal, id, 'manage');
    await this.attempts.requireOwn(principal, found);
    return found;
  }

  private async written(
    found: FoundAttempt,
    principal: Principal,
    changes: Parameters<AttemptDirectory['write']>[2],
    kind: 'Answered' | 'Hint' | 'Hand',
    detail: object,
  ): Promise<Attempt> {
    const virtual_at = this.host.inMemory(found.cluster.id)?.peek((core) => core.now()) ?? null;
    const record = await this.attempts.write(found, principal, changes, { kind, virtual_at, detail });
    return this.view({ ...found, record });
  }

  /** What the cluster does now; said in the words in which a prediction is made. */
  private async foundOf({ cluster, instance }: FoundAttempt, prediction: Prediction): Promise<string> {
    const hosted = await this.host.open(cluster);
    try {
      return await hosted.ask((core) => predictedAnswer(prediction, lookingAt(core, instance)).answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const detail = `This can't be asked yet: ${error.message}. Do the step first.`;
      throw new ProblemException('Conflict', detail);
    }
  }

  /** The requests that predictions ask about, where they can be told yet. */
  private async asked({ cluster, instance }: FoundAttempt): Promise<ReadonlyMap<string, AskedRequest>> {
    const predictions = instance.document.steps.flatMap((step) => step.predictions);
    if (predictions.length === 0) return new Map();
    const hosted = await this.host.open(cluster);
    return hosted.peek(
      (core) => new Map(predictions.map((item) => [item.name, askedOf(item, lookingAt(core, instance))])),
    );
  }
}

type Looking = Parameters<typeof predictedAnswer>[1];
const lookingAt = (cluster: Looking['cluster'], { document }: LabInstance): Looking => ({
  cluster,
  namespace: document.namespace,
  values: {},
});

function askedOf(prediction: Prediction, looking: Looking): AskedRequest {
  try {
    const { from, to } = predictedRequest(prediction, looking);
    return { from, to };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function predictionOf({ document }: LabInstance, name: string): Prediction | undefined {
  return document.steps.flatMap((step) => step.predictions).find((item) => item.name === name);
}

function requireKnown(instance: LabInstance, { quiz, predictions }: AnswersGiven): void {
  const items = new Map(
    instance.document.steps.flatMap((step) => step.quiz).map((item) => [item.name, item]),
  );
  for (const [name, chosen] of Object.entries(quiz)) {
    const item = items.get(name);
    if (!item) throw new ProblemException('InvalidBody', `quiz.${name}: the lab asks no such thing`);
    const strange = chosen.find((choice) => !item.choices.some((each) => each.name === choice));
    if (strange !== undefined)
      throw new ProblemException('InvalidBody', `quiz.${name}: ${strange} is none of its choices`);
  }
  const unknown = Object.keys(predictions).find((name) => !predictionOf(instance, name));
  if (unknown !== undefined)
    throw new ProblemException('InvalidBody', `predictions.${unknown}: the lab asks no such thing`);
}
