import type { Request, RequestSource, RequestTarget, SendRequest } from '@podlab/contracts';
import { CONTRACT_LIMITS } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { formatEndpoint, TraceRecorder } from '@podlab/netstack';
import type { ObservedRequest, Traceflow } from '@podlab/traceflow';
import type { ExchangeObserver, ObservedExchange, Origin, Workloads } from '@podlab/workloads';

/** Execs whose requests wait to be taken; nobody comes for those of a replay. */
const EXECS_KEPT = 64;

/** Tells the requests that commands send: not state, since whoever replays a cluster hears them again. */
export class ExecRequests implements ExchangeObserver {
  private readonly waiting = new Map<number, { requests: Request[]; seen: Set<string> }>();

  constructor(
    private readonly workloads: Workloads,
    private readonly traceflow: () => Traceflow,
  ) {}

  recorder({ exec }: Origin): TraceRecorder | undefined {
    return exec === undefined ? undefined : new TraceRecorder();
  }

  observed(from: Origin, exchange: ObservedExchange): void {
    const { exec } = from;
    const { recorder } = exchange;
    const source = this.sourceOf(from);
    if (exec === undefined || recorder === undefined || source === undefined) return;
    const id = this.workloads.nextRequest(exec, CONTRACT_LIMITS.execRequests);
    if (id === undefined) return;
    const known = this.entryOf(exec);
    const request = requestOf(source, exchange);
    try {
      const observed: ObservedRequest = { id, request, recorder, seen: known.seen, ...resultOf(exchange) };
      known.requests.push(this.traceflow().observe(observed));
    } catch (error) {
      // What a command may ask for is wider than what a request can say: a name with an underscore, for one.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Takes what an exec has sent since the last time. */
  take(exec: number): Request[] {
    const known = this.waiting.get(exec);
    if (!known) return [];
    const { requests } = known;
    known.requests = [];
    return requests;
  }

  forget(exec: number): void {
    this.waiting.delete(exec);
  }

  private entryOf(exec: number): { requests: Request[]; seen: Set<string> } {
    let known = this.waiting.get(exec);
    if (!known) {
      for (const [oldest] of this.waiting) {
        if (this.waiting.size < EXECS_KEPT) break;
        this.waiting.delete(oldest);
      }
      this.waiting.set(exec, (known = { requests: [], seen: new Set() }));
    }
    return known;
  }

  private sourceOf({ containerId }: Origin): RequestSource | undefined {
    const start = this.workloads.containerStart(containerId);
    if (start === undefined) return undefined;
    if (start.host) return { kind: 'Node', name: start.node };
    return { kind: 'Pod', namespace: start.namespace, name: start.podName, container: start.name };
  }
}

function requestOf(from: RequestSource, { host, port, protocol, request }: ObservedExchange): SendRequest {
  const { http, payload, timeoutMs } = request;
  return {
    from,
    to: targetOf(host, port, protocol, http && { path: http.target, secure: request.tls !== undefined }),
    method: http?.method ?? 'GET',
    headers: { ...http?.headers },
    body: http?.body ?? payload ?? '',
    count: 1,
    interval_ms: 0,
    timeout_ms: Math.min(timeoutMs, CONTRACT_LIMITS.requestTimeoutMilliseconds),
    traces: 'distinct',
  };
}

function targetOf(
  host: string,
  port: number,
  protocol: ObservedExchange['protocol'],
  http: { readonly path: string; readonly secure: boolean } | undefined,
): RequestTarget {
  if (http) return `${http.secure ? 'https' : 'http'}://${formatEndpoint(host, port)}${http.path}`;
  return protocol === 'ICMP' ? { host, protocol } : { host, port, protocol };
}

function resultOf({ lookup, address, result, peer, end }: ObservedExchange) {
  const tries = (lookup?.tries ?? []) as ObservedRequest['name']['tries'];
  const rcode = (lookup?.rcode ?? 'NOERROR') as ObservedRequest['name']['rcode'];
  const name = {
    rcode,
    tries,
    elapsed_ms: result.lookupMs ?? 0,
    ...(address !== undefined && { address }),
    ...(lookup?.exchange && { exchange: lookup.exchange }),
  };
  if (end === undefined) return { name };
  const { disposition, response, data } = result;
  const outcome = {
    disposition,
    elapsed_ms: result.elapsedMs - (result.lookupMs ?? 0),
    end,
    ...(peer && { peer }),
    ...(response
      ? { response: { status: response.status, headers: { ...response.headers }, body: response.body } }
      : data !== undefined && disposition === 'Delivered' && { response: { body: data } }),
  };
  return { name, outcome };
}
