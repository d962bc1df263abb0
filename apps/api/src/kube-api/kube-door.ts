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
import { Authenticator, bearerOf } from '../auth/authenticator';
import { fromOwnOrigin } from '../auth/origin';
import type { Principal } from '../auth/principal';
import { archived } from '../auth/rights';
import type { KubeAnswer, KubeRequest } from '../cluster-host/core';
import { ClusterDirectory } from '../clusters/cluster-directory';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, LOGGER } from '../tokens';
import { BodyTooLarge, KUBE_BODY_BYTES, readBody } from './body';
import { withFieldManager } from './field-manager';
import { accountPrincipal, actingAs, kubeUser } from './kube-user';
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
const NO_BODY = new Uint8Array(0);
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
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(OpenApiDocuments) private readonly openApi: OpenApiDocuments,
    @Inject(StreamDoor) private readonly streams: StreamDoor,
    @Inject(OpenStreams) private readonly open: OpenStreams,
    @Inject(ServiceAccountTokens) private readonly tokens: ServiceAccountTokens,
    @Inject(TokenReviews) private readonly reviews: TokenReviews,
  ) {}

  /** False: the path is not the door's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const asked = readUrl(request);
    if (!asked) return false;
    this.serve(request, response, asked).catch((error: unknown) => this.refuse(response, error));
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

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    { cluster, path, query }: Asked,
  ): Promise<void> {
    const method = request.method ?? 'GET';
    const account = cluster && this.tokens.user(cluster, bearerOf(request.headers.authorization));
    const principal = account ? accountPrincipal(cluster, account) : await this.callerOf(request);
    if (!principal) return sendStatus(response, 401, 'Unauthorized', 'Unauthorized');
    const id = cluster || principal.onlyCluster;
    if (!id) return sendStatus(response, 404, 'NotFound', NO_RESOURCE);
    const isUpgrade = this.streams.isUpgrade(request);
    if (!fromOwnOrigin({ method, headers: request.headers, upgrade: isUpgrade }, this.addresses.publicUrl)) {
      return sendStatus(response, 403, 'Forbidden', 'the call comes from a page of another origin');
    }
    const { hosted, level } = await this.directory.openAs(principal, id);
    if (account && level === 'see') return sendStatus(response, 403, 'Forbidden', archived().detail);
    const user = account || kubeUser(principal, level);
    if (path.startsWith('/openapi/')) {
      const asked = kubeRequest(request, 'GET', path, '', NO_BODY, user);
      const custom = await hosted.ask((core) => core.kube(asked));
      return this.openApi.serve(path, request, response, custom);
    }
    const body = isUpgrade ? NO_BODY : await readBody(request, KUBE_BODY_BYTES);
    const given = kubeRequest(request, method, path, query, body, user);
    const asked = await this.reviews.shown(id, given);
    const answer = READING.has(method)
      ? await hosted.ask((core) => core.kube(asked))
      : await hosted.change((core) => core.kube(asked));
    if (answer.kind !== 'answer' && !account) {
      this.open.keep(principal.id, request.socket, async () => {
        const again = await this.callerOf(request);
        return again !== undefined && (await this.directory.openAs(again, id)).level === level;
      });
    }
    if (answer.kind === 'upgrade') {
      const asked = { ...answer.stream, by: principal.id };
      this.streams.serve(hosted, asked, request, response);
    } else if (answer.kind === 'watch' && wantsYaml(request))
      sendStatus(response, 406, 'NotAcceptable', JSON_ONLY);
    else if (answer.kind === 'watch') streamWatch(hosted, answer, response);
    else {
      const signed = this.reviews.answered(given, this.tokens.signed(id, path, answer));
      sendAnswer(request, response, inWordsOf(request, query, signed));
    }
  }

  private callerOf({ headers }: IncomingMessage): Promise<Principal | undefined> {
    return this.authenticator.fromHeaders(headers);
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
  request: IncomingMessage,
  method: string,
  path: string,
  query: string,
  body: Uint8Array,
  user: KubeRequest['user'],
): KubeRequest {
  return {
    method,
    path,
    query: withFieldManager(method, query, request.headers),
    accept: wantsYaml(request) ? acceptInJson(request) : (request.headers.accept ?? '*/*'),
    ...toJson({ content_type: request.headers['content-type'] ?? '', body }),
    user: actingAs(user, request),
  };
}
