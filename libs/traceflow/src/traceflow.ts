import type {
  ConnectivityAnswer,
  ConnectivityRequest,
  Diagnosis,
  Disposition,
  Request,
  RequestAnswer,
  SendRequest,
  ServedBy,
} from '@podlab/contracts';
import { rfc3339Micro } from '@podlab/kernel';
import { formatEndpoint, TraceRecorder } from '@podlab/netstack';
import type { Peer } from '@podlab/netstack';
import { ClusterObjects } from './cluster-objects';
import type { TraceflowDependencies } from './dependencies';
import type { Language } from './describe/render';
import { diagnose, diagnoseAnswer } from './diagnose/diagnose';
import { policyDropKey } from './diagnose/policies';
import { exchange, Heard, payloadOf } from './send/exchange';
import type { ExchangePlan, Outcome } from './send/exchange';
import { keep, keptConnection, knownName, nameOf, useKept } from './send/kept-connections';
import { createOutsideNames, resolveName } from './send/resolve-name';
import type { NameResult } from './send/resolve-name';
import { findSender, towards } from './send/sender';
import type { Sender } from './send/sender';
import { parseTarget } from './send/target';
import type { Target } from './send/target';
import { Annotator } from './trace/annotate';
import { BalancingSteps } from './trace/balancing-step';
import { traceKey, Tracer } from './trace/tracer';

/** What is the same for each connection of one request. */
interface Job {
  readonly request: SendRequest;
  readonly target: Target;
  readonly sender: Sender;
  readonly name: NameResult;
  readonly plan: ExchangePlan | undefined;
  readonly language: Language;
  readonly rv: string;
  /** The moment of the first connection. */
  readonly at: string;
  /** Ways that have their trace already. */
  readonly seen: Set<string>;
  /** What was told of each peer last, for the connections that hear the very same from it. */
  readonly told: Map<string, ToldPeer>;
  readonly diagnoses: Map<string, Diagnosis>;
}

/** A request that a command sent, as its sockets saw it. */
export interface ObservedRequest {
  readonly id: string;
  readonly request: SendRequest;
  readonly name: NameResult;
  /** Absent where no packet was sent. */
  readonly outcome?: Outcome;
  readonly recorder: TraceRecorder;
  /** Ways that have their trace already. */
  readonly seen: Set<string>;
}

interface ToldPeer {
  readonly served_by: ServedBy | undefined;
  readonly address: string;
  readonly port: number;
  readonly backend: string;
  heard?: Outcome['response'];
  response?: Request['response'];
}

/** A connection of which nobody asks more than what becomes of it. */
const PLAIN_REQUEST = {
  method: 'GET',
  headers: {},
  body: '',
  count: 1,
  interval_ms: 0,
  traces: 'first',
} as const;

/** Issues requests in the simulated network and tells what happened to them. */
export class Traceflow {
  readonly objects: ClusterObjects;
  /** Addresses of names that exist outside the cluster: what CoreDNS forwards to. */
  readonly outsideNames: (name: string) => readonly string[] | undefined;
  private readonly tracer: Tracer;

  constructor(private readonly dependencies: TraceflowDependencies) {
    this.objects = new ClusterObjects(dependencies.informers);
    this.outsideNames = createOutsideNames(this.objects, dependencies.surroundings.hosts);
    const find = (id: string) => dependencies.balancers().find((balancer) => balancer.id === id);
    this.tracer = new Tracer(new Annotator(this.objects), new BalancingSteps(this.objects, find));
  }

  /**
   * Makes the connections of a request, all at this virtual instant. Throws SenderNotFound or InvalidTarget where the
   * request makes no sense; whatever happens to the packets is an answer.
   */
  send(request: SendRequest, language: Language = 'en'): RequestAnswer {
    const job = this.prepare(request, language);
    const requests = new Array<Request>(request.count);
    for (let index = 0; index < request.count; index++) requests[index] = this.one(job, index);
    return { requests, summary: summarize(requests) };
  }

  /** Tries one connection from each sender to each target, all at this virtual instant. Throws as {@link send} does. */
  connectivity({ from, to, timeout_ms }: ConnectivityRequest): ConnectivityAnswer {
    const resourceVersion = String(this.dependencies.resourceVersion());
    const matrix = from.map((sender) => to.map((target) => this.try(sender, target, timeout_ms)));
    const by_disposition: ConnectivityAnswer['summary']['by_disposition'] = {};
    for (const each of matrix.flat()) by_disposition[each] = (by_disposition[each] ?? 0) + 1;
    return { resourceVersion, at: this.moment(), matrix, summary: { by_disposition } };
  }

  private try(from: SendRequest['from'], to: SendRequest['to'], timeout_ms: number): Disposition {
    const { sender, plan } = this.prepare({ ...PLAIN_REQUEST, from, to, timeout_ms }, 'en');
    if (plan === undefined) return sender.namespace === undefined ? 'NoRoute' : 'NameNotResolved';
    return exchange(plan).disposition;
  }

  private prepare(request: SendRequest, language: Language): Job {
    const { dependencies, objects } = this;
    const target = parseTarget(request.to);
    const sender = findSender(request.from, objects, dependencies);
    const kept = keptConnection(dependencies.connections, request, target);
    const name = kept
      ? knownName(dependencies.network, kept)
      : resolveName(target.host, sender, dependencies, request.timeout_ms);
    const { namespace } = sender;
    const spoken = name.address === undefined ? {} : towards(sender, name.address, objects, dependencies);
    const plan: ExchangePlan | undefined =
      namespace === undefined || name.address === undefined
        ? undefined
        : {
            network: dependencies.network,
            namespace,
            destination: name.address,
            target,
            timeout_ms: request.timeout_ms,
            method: request.method,
            payload: payloadOf(request, target),
            heard: new Heard(),
            ...spoken,
          };
    const rv = String(dependencies.resourceVersion());
    return {
      request,
      target,
      sender,
      name,
      plan,
      language,
      rv,
      at: this.moment(),
      told: new Map(),
      seen: new Set(),
      diagnoses: new Map(),
    };
  }

  private one(job: Job, index: number): Request {
    const { request, plan } = job;
    const recorder = request.traces === 'first' && index > 0 ? undefined : new TraceRecorder();
    const port =
      request.source_port === undefined ? undefined : 1 + ((request.source_port + index - 1) % 65535);
    return this.answer(job, index, plan && this.exchange(request, plan, port, recorder), recorder);
  }

  /** Tells of a request that somebody else sent: a command in a container. Throws as {@link send} does. */
  observe({ id, request, name, outcome, recorder, seen }: ObservedRequest): Request {
    const sender = findSender(request.from, this.objects, this.dependencies);
    const job: Job = {
      request,
      target: parseTarget(request.to),
      sender,
      name,
      plan: undefined,
      language: 'en',
      rv: String(this.dependencies.resourceVersion()),
      at: this.moment(),
      told: new Map(),
      seen: new Set(),
      diagnoses: new Map(),
    };
    const answer: Request = { ...this.answer(job, 0, outcome, undefined), id };
    const key = traceKey(answer.disposition, recorder.hops);
    if (seen.has(key)) return answer;
    seen.add(key);
    this.tellTrace(answer, recorder, job);
    return answer;
  }

  private answer(
    job: Job,
    index: number,
    outcome: Outcome | undefined,
    recorder: TraceRecorder | undefined,
  ): Request {
    const { request, name } = job;
    const disposition =
      outcome?.disposition ?? (job.sender.namespace === undefined ? 'NoRoute' : 'NameNotResolved');
    const answer: Request = {
      id: `r${job.rv}-${index}`,
      resourceVersion: job.rv,
      at: index === 0 || request.interval_ms === 0 ? job.at : this.moment(index * request.interval_ms),
      from: request.from,
      to: request.to,
      disposition,
      elapsed_ms: rounded((outcome?.elapsed_ms ?? 0) + (index === 0 ? name.elapsed_ms : 0)),
    };
    const last = name.tries[name.tries.length - 1];
    if (last) answer.dns = { name: last.name, rcode: name.rcode };
    if (outcome?.peer) this.tellPeer(answer, outcome, outcome.peer, job);
    if (request.connection) {
      const name = nameOf(request.connection);
      answer.connection = { name, open: this.dependencies.connections.has(name) };
    }
    if (recorder) this.tellTrace(answer, recorder, job);
    const diagnosis =
      disposition === 'Delivered' ? this.diagnosisOfAnswer(job, outcome) : this.diagnosisOf(job, outcome);
    if (diagnosis) answer.diagnosis = diagnosis;
    return answer;
  }

  private exchange(
    request: SendRequest,
    plan: ExchangePlan,
    port: number | undefined,
    recorder: TraceRecorder | undefined,
  ): Outcome {
    const { connection } = request;
    const { connections } = this.dependencies;
    if (!connection) return exchange(plan, port, recorder);
    if ('keep' in connection) return keep(connections, request, plan, recorder);
    return useKept(connections, connection, plan, recorder);
  }

  /** Virtual time some ms from now, as text. */
  private moment(laterMs = 0): string {
    return rfc3339Micro(this.dependencies.now() + laterMs);
  }

  private tellPeer(answer: Request, { response }: Outcome, peer: Peer, job: Job): void {
    const told = this.toldPeer(peer, job);
    answer.backend = told.backend;
    answer.source_seen_by_backend = peer.source_seen.address;
    if (!response) return;
    if (told.heard !== response) {
      told.heard = response;
      told.response = told.served_by ? { ...response, served_by: told.served_by } : response;
    }
    answer.response = told.response;
  }

  private toldPeer({ namespace, backend: { address, port } }: Peer, { told }: Job): ToldPeer {
    let known = told.get(namespace);
    if (known?.address !== address || known.port !== port) {
      known = { served_by: this.servedBy(namespace), address, port, backend: formatEndpoint(address, port) };
      told.set(namespace, known);
    }
    return known;
  }

  private servedBy(namespace: string): ServedBy | undefined {
    const pod = namespace.startsWith('pod/')
      ? this.objects.podByUid(namespace.slice('pod/'.length))
      : undefined;
    return (
      pod && {
        namespace: pod.metadata.namespace ?? '',
        pod: pod.metadata.name,
        node: pod.spec.nodeName ?? '',
      }
    );
  }

  private tellTrace(answer: Request, recorder: TraceRecorder, job: Job): void {
    const { request, seen, sender, name, language } = job;
    if (request.traces === 'distinct' && request.count > 1) {
      const key = traceKey(answer.disposition, recorder.hops);
      if (seen.has(key)) return;
      seen.add(key);
    }
    answer.trace = this.tracer.trace(
      answer.disposition,
      sender.namespace,
      name.tries,
      recorder.hops,
      language,
    );
  }

  /** An error that an ingress controller answers with has its reason in the cluster, too. */
  private diagnosisOfAnswer(job: Job, outcome: Outcome | undefined): Diagnosis | undefined {
    const status = outcome?.response?.status;
    if (outcome === undefined || status === undefined || status < 400) return undefined;
    const { request, target, sender, name, language } = job;
    const { objects, dependencies } = this;
    const key = `${status} ${outcome.peer?.namespace}`;
    const known = job.diagnoses.get(key);
    if (known) return known;
    const failure = { request, target, sender, name, objects, dependencies, language, outcome };
    const diagnosis = diagnoseAnswer(failure);
    if (diagnosis) job.diagnoses.set(key, diagnosis);
    return diagnosis;
  }

  /** Connections that failed in the same place have the same diagnosis. */
  private diagnosisOf(job: Job, outcome: Outcome | undefined): Diagnosis {
    const { request, target, sender, name, language } = job;
    const { code, namespace, rule, returning } = outcome?.end ?? {
      code: '',
      namespace: '',
      returning: false,
    };
    const key = `${outcome?.disposition} ${code} ${namespace} ${returning} ${rule?.text} ${outcome?.peer?.namespace} ${policyDropKey(outcome?.end)}`;
    let diagnosis = job.diagnoses.get(key);
    if (!diagnosis) {
      const { objects, dependencies } = this;
      diagnosis = diagnose({
        request,
        target,
        sender,
        name,
        objects,
        dependencies,
        language,
        ...(outcome && { outcome }),
      });
      job.diagnoses.set(key, diagnosis);
    }
    return diagnosis;
  }
}

/** Microseconds are enough: sums of link latencies have a long tail of digits. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function summarize(requests: readonly Request[]): RequestAnswer['summary'] {
  const by_disposition: RequestAnswer['summary']['by_disposition'] = {};
  const by_backend: Record<string, number> = {};
  for (const { disposition, backend } of requests) {
    by_disposition[disposition] = (by_disposition[disposition] ?? 0) + 1;
    if (backend !== undefined) by_backend[backend] = (by_backend[backend] ?? 0) + 1;
  }
  return { by_disposition, by_backend };
}
