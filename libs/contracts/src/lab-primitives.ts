import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';

/** A sentence in every language, or one for all of them. */
const sentence = z.string().min(1).max(CONTRACT_LIMITS.labSentenceCharacters);
export const LabText = z
  .union([sentence, z.strictObject({ en: sentence, ko: sentence })])
  .transform((text) => (typeof text === 'string' ? { en: text, ko: text } : text))
  .describe('A sentence in English and Korean, or one for both');
export type LabText = z.infer<typeof LabText>;

/** The name of a step, check, variable, variant … within a lab. */
export const LabName = z
  .string()
  .max(CONTRACT_LIMITS.labNameCharacters)
  .regex(
    /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/,
    'must be lower case letters, digits, "-" or "_", and start with a letter',
  )
  // The one such word that every object of JavaScript knows without being told.
  .refine((name) => name !== 'constructor', { error: 'must be another word than "constructor"' });
export type LabName = z.infer<typeof LabName>;

/** A string in which `${name}` stands for a variable of the lab or a value of the check; `$${` is a plain `${`. */
export const Template = z.string().min(1).max(CONTRACT_LIMITS.labTemplateCharacters);

/** A number, or `${name}` alone: then it has the type of what it stands for. */
export const NumberTemplate = z.union([
  z.int(),
  z.string().regex(/^\$\{[a-z][a-z0-9_-]*\}$/, 'must be a number or ${name}'),
]);

/** An expression of the Common Expression Language, as Kubernetes has it in CustomResourceDefinitions and policies. */
export const Expression = z
  .string()
  .min(1)
  .max(CONTRACT_LIMITS.labExpressionCharacters)
  .describe('CEL, over object, objects or result, and values');

/** `key: value` of labels that must all be there. */
export const LabelSelector = z.record(z.string().min(1), Template);

/**
 * Objects of the cluster: one by its name, or all of a namespace that have the labels. A name may hold `*`. The
 * namespace is the lab's own unless given.
 */
export const ObjectQuery = z.strictObject({
  apiVersion: Template.default('v1'),
  kind: Template,
  namespace: Template.optional(),
  name: Template.optional(),
  selector: LabelSelector.optional(),
});
export type ObjectQuery = z.infer<typeof ObjectQuery>;

/** What an expression says over an object of the cluster (`object`), or over all that match (`objects`). */
export const CheckValue = z.strictObject({ ...ObjectQuery.shape, value: Expression });
export type CheckValue = z.infer<typeof CheckValue>;

export const CheckValues = z
  .record(LabName, CheckValue)
  .refine((values) => Object.keys(values).length <= CONTRACT_LIMITS.labCheckValues, {
    error: `labCheckValues is limited to ${CONTRACT_LIMITS.labCheckValues}`,
  });
export type CheckValues = z.infer<typeof CheckValues>;

/** An integer's bounds, both included. */
export const Bounds = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, { error: 'needs min or max' });
export type Bounds = z.infer<typeof Bounds>;

/** One of these, or this one. */
export const oneOrMany = <T extends z.ZodType>(schema: T) =>
  z.union([schema, z.array(schema).min(1).max(20)]);
