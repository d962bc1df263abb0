import { z } from 'zod';
import { CloudChange } from './cloud';
import { FaultKind } from './fault';
import { CheckSource, RequestTemplate } from './lab-request';
import { CheckValues, LabelSelector, LabName, NumberTemplate, ObjectQuery, Template } from './lab-primitives';
import { CONTRACT_LIMITS } from './limits';

/** A file of the bundle: a relative path without `..`. */
export const LabPath = z
  .string()
  .min(1)
  .max(CONTRACT_LIMITS.labPathCharacters)
  .regex(
    /^(?!.*(^|\/)\.\.?(\/|$))[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
    'must be the path of a file of this lab, without "." and ".."',
  );

const PatchAction = z.strictObject({
  ...ObjectQuery.shape,
  /** `merge` (RFC 7386) unless said otherwise. */
  type: z.enum(['merge', 'strategic', 'json']).default('merge'),
  patch: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
});

const ScaleAction = z.strictObject({
  apiVersion: Template.default('apps/v1'),
  kind: Template.default('Deployment'),
  namespace: Template.optional(),
  name: Template,
  replicas: NumberTemplate,
});

/** As `POST …/faults`; the target of a pod may be chosen by labels. */
const FaultAction = z.strictObject({
  kind: FaultKind,
  target: z.strictObject({
    kind: z.enum(['Node', 'Pod', 'Image']),
    namespace: Template.optional(),
    name: Template.optional(),
    selector: LabelSelector.optional(),
  }),
  params: z.record(z.string(), z.unknown()).optional(),
  duration_ms: NumberTemplate.optional(),
});

const milliseconds = z.int().min(0).max(CONTRACT_LIMITS.settleMilliseconds);

const ExecAction = z.strictObject({
  from: CheckSource,
  command: z.array(Template).min(1).max(CONTRACT_LIMITS.execWords),
  stdin: Template.optional(),
});

/** One thing that is done to a cluster: by the lab's author at the start, by a solution, or by the grader on its fork. */
export const LabAction = z
  .union([
    z.strictObject({ apply: LabPath }).describe('Applies a file of this lab'),
    z.strictObject({ manifest: Template }).describe('Applies YAML that stands here'),
    z
      .strictObject({ let: CheckValues })
      .describe('Values out of the cluster as it is then: ${name} in later actions of this list'),
    z.strictObject({ delete: ObjectQuery }).describe('Deletes one object by name, or all that match'),
    z.strictObject({ patch: PatchAction }),
    z.strictObject({ scale: ScaleAction }),
    z.strictObject({ cordon: Template }).describe('No more pods on this node'),
    z.strictObject({ uncordon: Template }),
    z.strictObject({ drain: Template }).describe('Cordons a node and evicts its pods, as kubectl drain does'),
    z.strictObject({ cloud: CloudChange }),
    z.strictObject({ fault: FaultAction }),
    z.strictObject({ heal: z.literal('all') }).describe('Ends every fault'),
    z.strictObject({ request: RequestTemplate }),
    z.strictObject({ exec: ExecAction }),
    z.strictObject({ settle: milliseconds }).describe('Waits until nothing is due, so long at most'),
    z.strictObject({ advance: milliseconds }).describe('Lets virtual time pass'),
    z
      .strictObject({
        answer: z.strictObject({ name: LabName, value: z.union([Template, z.array(Template)]) }),
      })
      .describe('Answers a quiz item or a prediction'),
  ])
  .describe('One action: the only key says which');
export type LabAction = z.infer<typeof LabAction>;

export const LabActions = z.array(LabAction).max(CONTRACT_LIMITS.labActions);
