import { z } from 'zod';
import { IpAddress } from './address-range';
import { Diagnosis } from './diagnosis';
import { CONTRACT_LIMITS } from './limits';
import {
  Identifier,
  NamespaceName,
  ObjectName,
  PortNumber,
  Protocol,
  ResourceVersion,
  Timestamp,
} from './primitives';
import { Disposition, DnsRcode, Trace } from './trace';

/** Who sends: the outside world, a pod, or a process on a node. */
export const RequestSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('External'), ip: IpAddress.optional(), via: ObjectName.optional() }),
  z.strictObject({
    kind: z.literal('Pod'),
    namespace: NamespaceName.default('default'),
    name: ObjectName,
    container: NamespaceName.optional(),
  }),
  z.strictObject({ kind: z.literal('Node'), name: ObjectName, ip: IpAddress.optional() }),
]);
export type RequestSource = z.infer<typeof RequestSource>;

/** A URL (http, https, tcp, udp, sctp), or a host with port and protocol; ICMP has no port. */
export const RequestTarget = z.union([
  z
    .string()
    .max(CONTRACT_LIMITS.requestTargetCharacters)
    .regex(/^(https?|tcp|udp|sctp):\/\/[^\s/]+/, 'must be a URL of http, https, tcp, udp or sctp'),
  z
    .strictObject({
      host: z.string().min(1).max(253),
      port: PortNumber.optional(),
      protocol: Protocol.default('TCP'),
    })
    .refine((target) => target.protocol === 'ICMP' || target.port !== undefined, {
      error: 'is required unless the protocol is ICMP',
      path: ['port'],
    }),
]);
export type RequestTarget = z.infer<typeof RequestTarget>;

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const Headers = z
  .record(
    z.string().regex(headerName, 'must be a header name'),
    z
      .string()
      .max(CONTRACT_LIMITS.requestHeaderCharacters)
      .regex(/^[^\r\n\0]*$/, 'must be one line'),
  )
  .refine((headers) => Object.keys(headers).length <= CONTRACT_LIMITS.requestHeaders, {
    error: `requestHeaders is limited to ${CONTRACT_LIMITS.requestHeaders}`,
  });

/** The name of a connection that the cluster keeps for its client. */
const ConnectionName = NamespaceName;

/**
 * A long connection beside new ones: `keep` makes one and leaves it open, `use` sends the request over it (conntrack
 * knows the flow: no rule and no name is asked), `close` ends it without sending. Sender, host and port stay the same.
 */
export const RequestConnection = z.union([
  z.strictObject({ keep: ConnectionName }),
  z.strictObject({ use: ConnectionName }),
  z.strictObject({ close: ConnectionName }),
]);
export type RequestConnection = z.infer<typeof RequestConnection>;

/** `POST /clusters/{id}/requests`. */
export const SendRequest = z
  .strictObject({
    from: RequestSource,
    to: RequestTarget,
    method: z
      .string()
      .regex(/^[A-Z]{1,16}$/, 'must be an HTTP method')
      .default('GET'),
    headers: Headers.default({}),
    body: z.string().max(CONTRACT_LIMITS.requestBodyCharacters).default(''),
    count: z.int().min(1).max(CONTRACT_LIMITS.requestConnections).default(1),
    interval_ms: z.int().min(0).max(CONTRACT_LIMITS.requestIntervalMilliseconds).default(0),
    source_port: PortNumber.optional(),
    timeout_ms: z.int().min(1).max(CONTRACT_LIMITS.requestTimeoutMilliseconds).default(5000),
    traces: z.enum(['first', 'distinct', 'all']).default('distinct'),
    connection: RequestConnection.optional(),
  })
  .refine(({ connection, count }) => connection === undefined || count === 1, {
    error: 'must be 1 when a connection is kept, used or closed',
    path: ['count'],
  });
export type SendRequest = z.infer<typeof SendRequest>;
export type SendRequestBody = z.input<typeof SendRequest>;

export const ServedBy = z.strictObject({ namespace: z.string(), pod: z.string(), node: z.string() });
export type ServedBy = z.infer<typeof ServedBy>;

/** The peer's answer; status and headers only where it speaks HTTP, `served_by` only where it is a pod. */
export const RequestResponse = z.strictObject({
  status: z.int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string(),
  served_by: ServedBy.optional(),
});
export type RequestResponse = z.infer<typeof RequestResponse>;

/** One connection: what became of it, and (for those that `traces` chose) the way it took. */
export const Request = z.strictObject({
  id: Identifier,
  resourceVersion: ResourceVersion,
  at: Timestamp,
  from: RequestSource,
  to: RequestTarget,
  disposition: Disposition,
  elapsed_ms: z.number(),
  response: RequestResponse.optional(),
  backend: z.string().optional(),
  source_seen_by_backend: z.string().optional(),
  /** Of a request that keeps or uses a connection: whether it is still there afterwards. */
  connection: z.strictObject({ name: z.string(), open: z.boolean() }).optional(),
  dns: z.strictObject({ name: z.string(), rcode: DnsRcode }).optional(),
  trace: Trace.optional(),
  diagnosis: Diagnosis.optional(),
});
export type Request = z.infer<typeof Request>;

export const RequestAnswer = z.strictObject({
  requests: z.array(Request),
  summary: z.strictObject({
    by_disposition: z.partialRecord(Disposition, z.int()),
    by_backend: z.record(z.string(), z.int()),
  }),
});
export type RequestAnswer = z.infer<typeof RequestAnswer>;
