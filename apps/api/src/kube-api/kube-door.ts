/**
 * kubectl's door: `/clusters/{id}/…` of either port goes straight to that cluster's API server, past Nest. At the port of
 * the Kubernetes API a path without that prefix means the cluster that the token is good for: older ones
 * leave the prefix of the server's address out of `get --raw`.
 */
import { Inject, Injectable } from '@nestjs/common';
import { StatusError } from '@podlab/apimachinery';
import { LimitExceeded } from '@podlab/kernel';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { KubeAnswer, KubeRequest, KubeResponse } from '../cluster-host/core';
import { RequestRates } from '../classroom/request-rates';
import { ProblemException } from '../problems/problem-exception';
import { LOGGER } from '../tokens';
import { AccountDoor } from './account-door';
import { BodyTooLarge, hasBody, KUBE_BODY_BYTES, takeBody } from './body';
import { withFieldManager } from './field-manager';
import { type KubeCaller, KubeCallers } from './kube-callers';
import { actingAs } from './kube-user';
import { toJson } from './media-types';
import { OpenApiDocuments } from './openapi-documents';
import { OpenStreams } from './open-streams';
import { laidOut, wantsPretty } from './pretty-answers';
import { sendAnswer } from './send-answer';
import { ServiceAccountTokens } from './service-account-tokens';
import { sendStatus } from './status';
import { StreamDoor } from './streams/stream-door';
import { TokenReviews } from './token-reviews';
import { streamWatch } from './watch-stream';
import { acceptInJson, inYaml, wantsYaml } from './yaml-answers';

const DOOR = /^\/clusters\/([a-z0-9-]{1,63})(\/[^?]*)?(?:\?(.*))?$/;
const BARE = /^(\/[^?]*)(?:\?(.*))?$/;
const NO_BODY = Buffer.alloc(0);
const NO_RESOURCE = 'the server could not find the requested resource';
const JSON_ONLY = 'only the following media types are accepted: application/json';
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const REASONS: Partial<Record<string, string>> = {
  NotFound: 'NotFound',
  StorageUnavailable: 'ServiceUnavailable',
  ShuttingDown: 'ServiceUnavailable',
  LimitExceeded: 'Forbidden',
};

@Injectable()
export class KubeDoor {
  constructor(
    @Inject(KubeCallers) private readonly callers: KubeCallers,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(OpenApiDocuments) private readonly openApi: OpenApiDocuments,
    @Inject(StreamDoor) private readonly streams: StreamDoor,
    @Inject(OpenStreams) private readonly open: OpenStreams,
    @Inject(ServiceAccountTokens) private readonly tokens: ServiceAccountTokens,
    @Inject(AccountDoor) private readonly accounts: AccountDoor,
    @Inject(TokenReviews) private readonly reviews: TokenReviews,
    @Inject(RequestRates) private readonly rates: RequestRates,
  ) {}

  /** False: the path is not the door's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const asked = readUrl(request);
    if (!asked) return false;
    const refuse = (error: unknown) => this.refuse(response, error);
    const known = this.callers.remembered(asked.cluster, request.headers.authorization);
    if (known) this.letIn({ request, response, ...asked, refuse }, known);
    else
      this.callers
        .find(asked.cluster, request, this.streams.isUpgrade(request))
        .then((caller) => this.letIn({ request, response, ...asked, refuse }, caller))
        .catch(refuse);
    return true;
  }

  /** A request to speak another protocol: judged as every other is, and answered by HTTP where it is refused. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.destroySoon());
    this.streams.note(request, socket, head);
    if (!this.handle(request, response)) sendStatus(response, 404, 'NotFound', NO_RESOURCE);
  }

  private letIn(call: Call, caller: KubeCaller): void {
    const { request, response, path, refuse } = call;
    const guarded = (act: () => void) => {
      try {
        act();
      } catch (error) {
        refuse(error);
      }
    };
    guarded(() => {
      if (path.startsWith('/openapi/')) {
        const asked = kubeRequest(call, 'GET', '', NO_BODY, caller.user);
        const serve = (found: KubeResponse) =>
          this.openApi.serve(path, request, response, found).catch(refuse);
        caller.hosted.answer((core) => core.kube(asked), false, serve, refuse);
      } else if (hasBody(request) && !this.streams.isUpgrade(request)) {
        const take = (body: Buffer) => guarded(() => this.serve(call, caller, body));
        takeBody(request, KUBE_BODY_BYTES, take, refuse);
      } else this.serve(call, caller, NO_BODY);
    });
  }

  /** Once for each request and with as few promises as can be: it costs as much as the cluster's own work. */
  private serve(call: Call, caller: KubeCaller, body: Buffer): void {
    const { request, path, query, refuse } = call;
    const method = request.method ?? 'GET';
    const given = kubeRequest(call, method, query, body, caller.user);
    const perform = (asked: KubeRequest) =>
      caller.hosted.answer(
        (core) => core.kube(asked),
        !READING.has(method),
        (answer) => this.answer(call, caller, given, answer),
        refuse,
      );
    if (this.reviews.isReview(method, path)) this.reviews.shown(caller.id, given).then(perform).catch(refuse);
    else perform(given);
  }

  private answer(call: Call, caller: KubeCaller, given: KubeRequest, answer: KubeResponse): void {
    const { request, response, path, query, refuse } = call;
    const { id, hosted, principal } = caller;
    if (answer.kind === 'answer') {
      const { answer: signed, token } = this.tokens.signed(id, path, answer);
      const told = inWordsOf(request, query, this.reviews.answered(given, signed));
      if (token === undefined) return sendAnswer(request, response, told);
      const noted = this.accounts.note(id, token, caller.askers);
      return void noted.then(() => sendAnswer(request, response, told)).catch(refuse);
    }
    this.open.keep(caller, request.socket, () => this.callers.isStillLetIn(request, caller));
    if (answer.kind === 'upgrade') {
      const stream = { ...answer.stream, by: principal.id };
      const charged = stream.subresource === 'exec' ? this.rates.chargeAt(principal, id) : Promise.resolve();
      charged.then(() => this.streams.serve(hosted, stream, request, response)).catch(refuse);
    } else if (wantsYaml(request)) sendStatus(response, 406, 'NotAcceptable', JSON_ONLY);
    else streamWatch(hosted, answer, response);
  }

  private refuse(response: ServerResponse, error: unknown): void {
    if (error instanceof BodyTooLarge) {
      response.setHeader('connection', 'close');
      const message = `Request entity too large: limit is ${KUBE_BODY_BYTES}`;
      return sendStatus(response, 413, 'RequestEntityTooLarge', message);
    }
    if (error instanceof StatusError)
      return sendStatus(response, error.status.code, error.status.reason ?? '', error.message);
    if (error instanceof LimitExceeded) return sendStatus(response, 403, 'Forbidden', error.message);
    if (error instanceof ProblemException) {
      return sendStatus(response, error.status, REASONS[error.code] ?? 'InternalError', error.detail);
    }
    if (!response.socket || response.socket.destroyed) return;
    this.logger.error({ err: error }, 'unforeseen error at the Kubernetes API');
    sendStatus(
      response,
      500,
      'InternalError',
      'an error on the server has prevented the request from succeeding',
    );
  }
}

/** One request on its way through the door. */
interface Call extends Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  refuse(error: unknown): void;
}

/** What a URL asks of which cluster; no cluster: that of the caller's token. */
interface Asked {
  readonly cluster: string;
  readonly path: string;
  readonly query: string;
}

function readUrl({ url = '', socket }: IncomingMessage): Asked | undefined {
  const named = DOOR.exec(url);
  if (named) return { cluster: named[1], path: named[2] ?? '/', query: named[3] ?? '' };
  const bare = 'encrypted' in socket ? BARE.exec(url) : null;
  return bare ? { cluster: '', path: bare[1], query: bare[2] ?? '' } : undefined;
}

/** The answer as the client wants to read it. */
function inWordsOf(request: IncomingMessage, query: string, answer: KubeAnswer): KubeAnswer {
  if (wantsYaml(request)) return inYaml(answer);
  return wantsPretty(request, query) ? laidOut(answer) : answer;
}

function kubeRequest(
  { request, path }: Call,
  method: string,
  query: string,
  body: Buffer,
  user: KubeRequest['user'],
): KubeRequest {
  const { accept = '*/*', 'content-type': type = '' } = request.headers;
  return {
    method,
    path,
    query: withFieldManager(method, query, request.headers),
    accept: wantsYaml(request) ? acceptInJson(request) : accept,
    ...toJson(type, body),
    user: actingAs(user, request),
  };
}
