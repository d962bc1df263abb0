/** Composes the server: databases, certificates, Nest on one port and kubectl's door on the other. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CONTRACT_LIMITS, PROBLEMS } from '@podlab/contracts';
import { type Domain, openPersistence } from '@podlab/persistence';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { AppModule } from './app.module';
import { AuthGuard } from './auth/auth.guard';
import { HeavyCalls } from './auth/heavy-calls';
import { ADMINISTRATOR } from './auth/principal';
import { SignInDesk } from './auth/sign-in';
import { ClusterHost } from './cluster-host/cluster-host';
import type { LogEntry } from './cluster-host/core';
import { CLUSTER_ENGINE } from './cluster-host/engine';
import { Recall } from './cluster-host/recall';
import { RecallPool } from './cluster-host/recall-pool';
import type { Addresses } from './config/addresses';
import { generatedFile } from './config/generated-file';
import { certificateNames, reachableHost } from './config/host-names';
import { HOST_LIMITS } from './config/limits';
import { nestLogger } from './config/nest-logger';
import type { Settings } from './config/settings';
import { SECURITY_HEADERS, StaticFiles } from './dashboard/static-files';
import { serveOpenApi } from './documentation/openapi';
import { readBody } from './kube-api/body';
import { FrameOrigins } from './lti/frame-origins';
import { GraderPool } from './grading/grader-pool';
import { RegradeDesk } from './grading/regrade-desk';
import { KubeDoor } from './kube-api/kube-door';
import { OpenStreams } from './kube-api/open-streams';
import { sendStatus } from './kube-api/status';
import { StreamDoor } from './kube-api/streams/stream-door';
import { linger } from './problems/linger';
import { ProblemException } from './problems/problem-exception';
import { problemOf } from './problems/problem-of';
import { ProblemFilter } from './problems/problem.filter';
import { ContractPipe } from './problems/validation';
import { RealtimeHub } from './realtime/realtime-hub';
import { certificateAuthority, type KeyPair, serverCertificate } from './tls/certificate-authority';
import { SecretBox } from './tls/secret-box';

export interface RunningServer {
  addresses: Addresses;
  /** Signs the administrator in, once. */
  signInUrl: string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  settings: Settings;
  logger: Logger;
  /** The script of the persistence thread; without it the databases are opened in this thread. */
  persistenceWorker?: URL;
  /** The script of a grading thread. */
  graderWorker: URL;
  /** The script of a thread that looks at the past. */
  recallWorker: URL;
  onDeath(error: Error): void;
}

type Front = (request: IncomingMessage, response: ServerResponse) => boolean;

const BODY_BYTES = HOST_LIMITS.requestBodyBytes;
const GRADERS = {
  threads: HOST_LIMITS.graderThreads,
  wallMs: CONTRACT_LIMITS.gradeWallSeconds * 1000,
  readMs: CONTRACT_LIMITS.labReadSeconds * 1000,
  beginMs: CONTRACT_LIMITS.beginWallSeconds * 1000,
  queue: CONTRACT_LIMITS.gradeQueue,
  queueOfCaller: CONTRACT_LIMITS.gradeQueueOfCaller,
  idleMs: HOST_LIMITS.idleThreadMilliseconds,
};
const RECALL = {
  threads: HOST_LIMITS.recallThreads,
  wallMs: CONTRACT_LIMITS.pastLookSeconds * 1000,
  queue: CONTRACT_LIMITS.pastLooks,
  queueOfCaller: CONTRACT_LIMITS.pastLooksOfCaller,
  idleMs: HOST_LIMITS.idleThreadMilliseconds,
  recalled: HOST_LIMITS.recalledMoments,
};
const KEEP_ALIVE_MS = 75_000;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const API_POLICY = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings, logger } = options;
  const persistence = await openPersistence<LogEntry>({
    folder: settings.dataFolder,
    engine: CLUSTER_ENGINE.version,
    worker: options.persistenceWorker,
    onDeath: options.onDeath,
  });
  try {
    const { domain } = persistence;
    const expire = () => domain.expire(Date.now(), Date.now() - DAY_MS);
    await expire();
    await domain.dropOrphans();
    const expiry = setInterval(
      () => void expire().catch((error: unknown) => logger.warn({ err: error })),
      HOUR_MS,
    );
    expiry.unref();
    await saveAdministrator(domain);
    const adminToken = settings.adminToken ?? generatedFile(settings.dataFolder, 'admin-token');
    const box = new SecretBox(settings.secret ?? generatedFile(settings.dataFolder, 'secret'));
    const tls = await tlsOf(settings, () => certificateAuthority(domain, box));
    const addresses: Addresses = { publicUrl: '', kubeUrl: '', authorityPem: tls.authorityPem };

    const static_ = new StaticFiles(settings.dashboardFolder);
    const door: { front: Front } = { front: () => false };
    const front: Front = (request, response) =>
      door.front(request, response) || static_.handle(request, response);
    const graders = new GraderPool({ script: options.graderWorker, ...GRADERS });
    const past = recallPool(options);
    const recall = new Recall(past);
    const shared = { settings, logger, persistence, addresses };
    const module = AppModule.of({ ...shared, adminToken, box, graders, recall });
    const app = await nestApp(module, front, settings, logger);
    door.front = (request, response) => app.get(KubeDoor).handle(request, response);

    const kube = createTlsServer(tls.pair, kubeHandler(app.get(KubeDoor), logger));
    kube.on('upgrade', (request, socket, head) => app.get(KubeDoor).upgrade(request, socket as Socket, head));
    kube.keepAliveTimeout = KEEP_ALIVE_MS;
    await listen(kube, settings.kubePort, settings.host);
    await app.listen(settings.port, settings.host);
    app.get(RealtimeHub).attach(app.getHttpServer());
    const host = reachableHost(settings.host);
    addresses.publicUrl = settings.publicUrl ?? `http://${host}:${portOf(app.getHttpServer())}`;
    addresses.kubeUrl = settings.kubePublicUrl ?? `https://${host}:${portOf(kube)}`;
    app.get(FrameOrigins).listen((origins) => static_.framedBy(origins));
    await app.get(RegradeDesk).resumeAll();
    const { url } = await app.get(SignInDesk).link(ADMINISTRATOR.id);

    const stop = async () => {
      clearInterval(expiry);
      kube.close();
      app.get(StreamDoor).stop();
      app.get(OpenStreams).stop();
      await app.get(RealtimeHub).stop();
      await app.get(RegradeDesk).stop();
      await Promise.all([graders.close(), past.close()]);
      await app.get(ClusterHost).stop();
      kube.closeAllConnections();
      await app.close();
      await persistence.close();
    };
    return { addresses, signInUrl: url, stop };
  } catch (error) {
    await persistence.close();
    throw error;
  }
}

function recallPool({ settings, recallWorker: script }: ServerOptions): RecallPool {
  const data = { folder: settings.dataFolder, engine: CLUSTER_ENGINE.version };
  return new RecallPool({ script, data, ...RECALL });
}

async function saveAdministrator(domain: Domain): Promise<void> {
  const { id, login, name, role } = ADMINISTRATOR;
  if (await domain.findPerson(id)) return;
  const person = { id, login, name, role, password_hash: null, home_class_id: null, created_at: Date.now() };
  await domain.savePerson(person);
}

async function nestApp(
  module: object,
  front: Front,
  settings: Settings,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const log = httpLog(logger);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES,
    trustProxy: settings.trustProxy,
    forceCloseConnections: true,
    // What Fastify itself refuses, such as a URL with a broken percent escape, is told as a problem too.
    frameworkErrors: (error: Error, _: unknown, reply: FastifyReply) => {
      const problem = problemOf(error);
      void reply
        .status(problem.status)
        .header('content-type', 'application/problem+json')
        .send(problem.body());
    },
    serverFactory: (handler: (request: IncomingMessage, response: ServerResponse) => void) => {
      const server = createServer((request, response) => {
        log(request, response);
        for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...API_POLICY }))
          response.setHeader(name, value);
        if (front(request, response)) return;
        forgetTypeOfNothing(request);
        if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES) refuseLarge(request, response);
        else handler(request, response);
      });
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      return server;
    },
  });
  const textTypes = [
    'application/yaml',
    'application/x-yaml',
    'text/yaml',
    'text/x-yaml',
    'text/csv',
    'text/plain',
  ];
  adapter
    .getInstance()
    .addHook('onSend', async ({ raw }, reply) => {
      if (reply.statusCode !== PROBLEMS.BodyTooLarge.status || raw.complete) return;
      reply.removeHeader('connection');
      linger(raw);
    })
    .addContentTypeParser(textTypes, { parseAs: 'string' }, (_, body, done) => done(null, body));
  const app = await NestFactory.create<NestFastifyApplication>(module as never, adapter, {
    logger: nestLogger(logger),
  });
  app.useGlobalGuards(app.get(AuthGuard));
  app.useGlobalInterceptors(app.get(HeavyCalls));
  app.useGlobalPipes(app.get(ContractPipe));
  app.useGlobalFilters(app.get(ProblemFilter));
  serveOpenApi(app);
  return app;
}

/** Clients name a type also where they send no body, as generated ones do with DELETE: nothing is no broken JSON. */
function forgetTypeOfNothing({ headers }: IncomingMessage): void {
  const isEmpty = Number(headers['content-length'] ?? 0) === 0 && headers['transfer-encoding'] === undefined;
  if (isEmpty) delete headers['content-type'];
}

/** Answers when the body is over, so that its sender hears the answer. */
function refuseLarge(request: IncomingMessage, response: ServerResponse): void {
  readBody(request, 0).catch(() => {
    const problem = new ProblemException('BodyTooLarge', `requestBodyBytes is limited to ${BODY_BYTES}`);
    response.writeHead(problem.status, { 'content-type': 'application/problem+json', connection: 'close' });
    response.end(JSON.stringify(problem.body()));
  });
}

/** Its log keeps a logger for each request, which costs more than an answer does: it is made where somebody reads it. */
function kubeHandler(door: KubeDoor, logger: Logger) {
  const log = httpLog(logger);
  const isTold = logger.isLevelEnabled('debug');
  return (request: IncomingMessage, response: ServerResponse) => {
    if (isTold) log(request, response);
    else response.once('close', () => response.statusCode >= 500 && logFailure(logger, request, response));
    if (!door.handle(request, response)) {
      sendStatus(response, 404, 'NotFound', 'the server could not find the requested resource');
    }
  };
}

function logFailure(logger: Logger, { method, url = '' }: IncomingMessage, { statusCode }: ServerResponse) {
  logger.warn({ req: { method, url: url.split('?')[0] }, res: { statusCode } }, 'request failed');
}

/** Failures are logged; the rest only where somebody asked for it. Credentials never are. */
function httpLog(logger: Logger) {
  return pinoHttp({
    logger,
    customLogLevel: (_, response, error) => (error || response.statusCode >= 500 ? 'warn' : 'debug'),
    serializers: {
      req: ({ id, method, url }: { id: unknown; method: string; url: string }) => ({
        id,
        method,
        url: url.split('?')[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  });
}

async function tlsOf(settings: Settings, authority: () => Promise<KeyPair>) {
  const { tlsCertificateFile, tlsKeyFile } = settings;
  if (tlsCertificateFile && tlsKeyFile) {
    const cert = readFileSync(tlsCertificateFile, 'utf8');
    return { pair: { cert, key: readFileSync(tlsKeyFile, 'utf8') }, authorityPem: cert };
  }
  const signer = await authority();
  const leaf = await serverCertificate(signer, certificateNames(settings));
  const cert = `${leaf.certificatePem}\n${signer.certificatePem}`;
  return { pair: { cert, key: leaf.keyPem }, authorityPem: signer.certificatePem };
}

function listen(server: TlsServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

const portOf = (server: { address(): AddressInfo | string | null }): number =>
  (server.address() as AddressInfo).port;
