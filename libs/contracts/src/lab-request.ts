import { z } from 'zod';
import { LabelSelector, NumberTemplate, Template } from './lab-primitives';
import { CONTRACT_LIMITS } from './limits';
import { Protocol } from './primitives';

/** Who sends: as in a request, and a pod may be chosen by its labels (the first ready one in the order of names). */
export const CheckSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('External'), ip: Template.optional(), via: Template.optional() }),
  z
    .strictObject({
      kind: z.literal('Pod'),
      namespace: Template.optional(),
      name: Template.optional(),
      selector: LabelSelector.optional(),
      container: Template.optional(),
    })
    .refine(({ name, selector }) => (name === undefined) !== (selector === undefined), {
      error: 'needs either name or selector',
    }),
  z.strictObject({ kind: z.literal('Node'), name: Template, ip: Template.optional() }),
]);
export type CheckSource = z.infer<typeof CheckSource>;

export const CheckTarget = z.union([
  Template,
  z.strictObject({
    host: Template,
    port: NumberTemplate.optional(),
    protocol: Protocol.default('TCP'),
  }),
]);
export type CheckTarget = z.infer<typeof CheckTarget>;

const requests = z
  .int()
  .min(1)
  .max(CONTRACT_LIMITS.labRequestConnections, {
    error: `labRequestConnections is limited to ${CONTRACT_LIMITS.labRequestConnections}`,
  });

/** A request as `POST …/requests` takes it, with `${name}` in its strings. */
export const RequestTemplate = z.strictObject({
  from: CheckSource,
  to: CheckTarget,
  method: z.string().optional(),
  headers: z.record(z.string(), Template).optional(),
  body: Template.optional(),
  count: requests.optional(),
  interval_ms: z.int().min(0).max(CONTRACT_LIMITS.requestIntervalMilliseconds).optional(),
  source_port: NumberTemplate.optional(),
  timeout_ms: z.int().min(1).max(CONTRACT_LIMITS.requestTimeoutMilliseconds).optional(),
});
export type RequestTemplate = z.infer<typeof RequestTemplate>;
