import { z } from 'zod';
import { LabActions } from './lab-action';
import {
  Bounds,
  CheckValues,
  Expression,
  LabName,
  LabText,
  ObjectQuery,
  oneOrMany,
  Template,
} from './lab-primitives';
import { CheckSource, CheckTarget, RequestTemplate } from './lab-request';
import { CONTRACT_LIMITS } from './limits';
import { Disposition, DnsRcode, StepAction, StepType } from './trace';

/** What every condition may have beside its kind's own fields. */
const conditionShape = {
  let: CheckValues.optional().describe(
    'Values of this check, out of the cluster: ${name} in its strings, values.name in expressions',
  ),
  within_ms: z
    .int()
    .min(0)
    .max(CONTRACT_LIMITS.labDeadlineMilliseconds)
    .optional()
    .describe('Virtual time in which it has to become true; at once unless given'),
};

const objectShape = {
  kind: z.literal('Object'),
  object: ObjectQuery,
  holds: Expression.optional().describe('Over object (if a name is given) or objects; must be true'),
  count: Bounds.optional().describe('How many objects there are'),
  absent: z.boolean().optional().describe('There is no such object'),
};

const Where = z.strictObject({
  kind: z.enum(['Pod', 'Node', 'LoadBalancer', 'External']).optional(),
  name: Template.optional(),
  namespace: Template.optional(),
});

/** Addresses of a packet: each an address, a port, a range (`10.244.0.0/16`) or a text with `*`. */
const PacketMatcher = z.strictObject({
  source: oneOrMany(Template).optional(),
  source_port: oneOrMany(z.union([z.int(), Template])).optional(),
  destination: oneOrMany(Template).optional(),
  destination_port: oneOrMany(z.union([z.int(), Template])).optional(),
});
export type PacketMatcher = z.infer<typeof PacketMatcher>;

/** A step of a trace; what is left out may be anything. Strings may hold `*`; `rule.text` only has to be contained. */
export const StepMatcher = z.strictObject({
  where: Where.optional(),
  direction: z.enum(['request', 'reply']).optional(),
  type: oneOrMany(StepType).optional(),
  action: oneOrMany(StepAction).optional(),
  rule: z
    .strictObject({
      table: Template.optional(),
      chain: Template.optional(),
      text: Template.optional(),
    })
    .optional(),
  object: z
    .strictObject({
      kind: Template.optional(),
      namespace: Template.optional(),
      name: Template.optional(),
    })
    .optional(),
  before: PacketMatcher.optional(),
  after: PacketMatcher.optional(),
  message: Template.optional().describe('Code of the message'),
});
export type StepMatcher = z.infer<typeof StepMatcher>;

/** What every one of the check's connections must have been. */
export const RequestExpectation = z.strictObject({
  disposition: oneOrMany(Disposition).optional(),
  status: oneOrMany(z.int()).optional().describe('Of the HTTP answer'),
  body: Template.optional().describe('Contained in the answer'),
  served_by: z
    .strictObject({
      namespace: Template.optional(),
      pod: Template.optional(),
      node: Template.optional(),
    })
    .optional()
    .describe('The pod that answered; strings may hold *'),
  backend: oneOrMany(Template).optional().describe('ip:port after all translation; may hold *'),
  source_seen: oneOrMany(Template).optional().describe('The client that the application sees'),
  diagnosis: oneOrMany(Template).optional().describe('Code of why it failed'),
  rcode: oneOrMany(DnsRcode).optional(),
  path: z
    .array(StepMatcher)
    .min(1)
    .max(CONTRACT_LIMITS.labPathSteps)
    .optional()
    .describe('Steps that the trace has in this order, with any others between'),
  never: z
    .array(StepMatcher)
    .min(1)
    .max(CONTRACT_LIMITS.labPathSteps)
    .optional()
    .describe('Steps that the trace must not have'),
  holds: Expression.optional().describe('Over request, one connection as POST …/requests answers it'),
});
export type RequestExpectation = z.infer<typeof RequestExpectation>;

const requestShape = {
  kind: z.literal('Request'),
  request: RequestTemplate,
  expect: RequestExpectation.prefault({}).describe('Delivered, unless it says otherwise'),
  backends: z
    .strictObject({
      distinct: Bounds.optional().describe('How many different backends served'),
      share: Bounds.optional().describe('The part of all connections that each one served, 0 to 1'),
    })
    .optional(),
};

const connectivityShape = {
  kind: z.literal('Connectivity'),
  from: z.array(CheckSource).min(1).max(CONTRACT_LIMITS.labConnectivityEnds),
  to: z.array(CheckTarget).min(1).max(CONTRACT_LIMITS.labConnectivityEnds),
  expect: oneOrMany(Disposition).describe('What each pair may be'),
};

const dnsShape = {
  kind: z.literal('Dns'),
  from: CheckSource,
  lookup: Template.describe('The name that is asked for'),
  type: z.enum(['A', 'AAAA', 'SRV', 'PTR', 'CNAME']).default('A'),
  rcode: oneOrMany(DnsRcode).default('NOERROR'),
  answers: z.array(Template).optional().describe('Exactly these, in any order; may hold *'),
  count: Bounds.optional().describe('How many answers there are'),
};

const execShape = {
  kind: z.literal('Exec'),
  from: CheckSource,
  command: z.array(Template).min(1).max(CONTRACT_LIMITS.execWords),
  stdin: Template.optional(),
  exit_code: z.int().default(0),
  stdout: Template.optional().describe('Contained in what it prints'),
  holds: Expression.optional().describe('Over result: {exit_code, stdout, stderr}'),
};

/** A thing that somebody did; what is left out may be anything, strings may hold `*`. */
export const HistoryMatcher = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('Write'),
    verbs: z.array(z.enum(['create', 'update', 'patch', 'delete', 'deletecollection'])).optional(),
    resources: z.array(Template).optional().describe('pods, deployments.apps, services/status'),
    namespaces: z.array(Template).optional(),
    names: z.array(Template).optional(),
  }),
  z.strictObject({
    kind: z.literal('Request'),
    from: z.strictObject({ kind: z.enum(['External', 'Pod', 'Node']) }).optional(),
    to: Template.optional(),
  }),
  z.strictObject({ kind: z.literal('Exec'), command: Template.optional() }),
  z.strictObject({ kind: z.enum(['Cloud', 'Fault']) }),
]);
export type HistoryMatcher = z.infer<typeof HistoryMatcher>;

const HistoryMatchers = z.array(HistoryMatcher).min(1).max(20);
const historyShape = {
  kind: z.literal('History'),
  never: HistoryMatchers.optional().describe('The student did none of these'),
  ever: HistoryMatchers.optional().describe('The student did each of these'),
};

const CONDITIONS = {
  Object: z.strictObject({ ...objectShape, ...conditionShape }),
  Request: z.strictObject({ ...requestShape, ...conditionShape }),
  Connectivity: z.strictObject({ ...connectivityShape, ...conditionShape }),
  Dns: z.strictObject({ ...dnsShape, ...conditionShape }),
  Exec: z.strictObject({ ...execShape, ...conditionShape }),
};

/** Something that is true of a cluster, or not: of `settle`'s `until`, and after a disturbance. */
export const Condition = z.discriminatedUnion('kind', [
  CONDITIONS.Object,
  CONDITIONS.Request,
  CONDITIONS.Connectivity,
  CONDITIONS.Dns,
  CONDITIONS.Exec,
]);
export type Condition = z.infer<typeof Condition>;
export type ConditionBody = z.input<typeof Condition>;

/** The grader does something on its fork, lets the cluster settle, and looks again. */
const disturbanceShape = {
  kind: z.literal('Disturbance'),
  stages: z
    .array(
      z.strictObject({
        do: LabActions,
        settle_ms: z
          .int()
          .min(0)
          .max(CONTRACT_LIMITS.settleMilliseconds)
          .default(300_000)
          .describe('Virtual time to settle in, at most; 0: at the very instant'),
        expect: z.array(Condition).max(CONTRACT_LIMITS.labStageConditions),
      }),
    )
    .min(1)
    .max(CONTRACT_LIMITS.labStages)
    .describe('One after another, on the same fork'),
};

const checkShape = {
  name: LabName,
  title: LabText,
  weight: z.int().min(0).max(1000).default(1),
  hidden: z.boolean().default(false).describe('The student sees that it is there, not what it looks at'),
  requires: z
    .array(LabName)
    .max(CONTRACT_LIMITS.labRequires)
    .default([])
    .describe('Checks that have to pass before this one can; for what is true while nothing is there'),
  feedback: LabText.optional().describe("Said when it fails, before the engine's own words"),
};

/** Something that gives points. */
export const Check = z.discriminatedUnion('kind', [
  z.strictObject({ ...checkShape, ...objectShape, ...conditionShape }),
  z.strictObject({ ...checkShape, ...requestShape, ...conditionShape }),
  z.strictObject({ ...checkShape, ...connectivityShape, ...conditionShape }),
  z.strictObject({ ...checkShape, ...dnsShape, ...conditionShape }),
  z.strictObject({ ...checkShape, ...execShape, ...conditionShape }),
  z.strictObject({ ...checkShape, ...historyShape }),
  z.strictObject({ ...checkShape, ...disturbanceShape, let: conditionShape.let }),
]);
export type Check = z.infer<typeof Check>;
export type CheckBody = z.input<typeof Check>;
