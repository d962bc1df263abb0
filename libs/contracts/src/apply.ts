import { z } from 'zod';
import { ResourceVersion } from './primitives';

/** A Kubernetes `Status`, upstream's own words. */
export const KubernetesStatus = z.looseObject({
  status: z.string().optional(),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.int().optional(),
});
export type KubernetesStatus = z.infer<typeof KubernetesStatus>;

/** What became of one YAML document. */
export const AppliedDocument = z.object({
  index: z.int(),
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
  result: z.enum(['Created', 'Configured', 'Unchanged', 'Refused']),
  status: KubernetesStatus.optional(),
});
export type AppliedDocument = z.infer<typeof AppliedDocument>;

/** The answer of `POST …/apply`: a report for each document; not atomic. */
export const ApplyAnswer = z.object({
  resourceVersion: ResourceVersion,
  documents: z.array(AppliedDocument),
});
export type ApplyAnswer = z.infer<typeof ApplyAnswer>;
