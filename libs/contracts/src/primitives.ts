import { z } from 'zod';

/** Languages that sentences are written in; their codes are the same in all. */
export const Language = z.enum(['en', 'ko']);
export type Language = z.infer<typeof Language>;

/** A cluster's revision counter at a moment, in Kubernetes' own form: a decimal string. */
export const ResourceVersion = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,15})$/, 'must be a resourceVersion: a decimal number as a string');
export type ResourceVersion = z.infer<typeof ResourceVersion>;

/** RFC 3339 in UTC, with a fraction of the second where it matters; virtual time unless a field says otherwise. */
export const Timestamp = z.iso.datetime();
export type Timestamp = z.infer<typeof Timestamp>;

export const Identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be an identifier as this server gives them');

/** Kubernetes' name of most objects (RFC 1123 subdomain). */
export const ObjectName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be lower case letters, digits, "-" or ".", and start and end with a letter or digit',
  );

/** Kubernetes' name of a namespace (RFC 1123 label). */
export const NamespaceName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'must be lower case letters, digits or "-", and start and end with a letter or digit',
  );

export const PortNumber = z.int().min(1).max(65535);

export const Protocol = z.enum(['TCP', 'UDP', 'SCTP', 'ICMP']);
export type Protocol = z.infer<typeof Protocol>;

/** What every Kubernetes object has; its other fields pass through untouched. */
export const KubernetesObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
});
export type KubernetesObject = z.infer<typeof KubernetesObject>;

/** Points at a Kubernetes object, and with `field` into it (`spec.ports[0].targetPort`). */
export const ObjectReference = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  field: z.string().optional(),
});
export type ObjectReference = z.infer<typeof ObjectReference>;

/** A sentence for people: `code` is stable, `text` is in the caller's language. */
export const Message = z.strictObject({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  text: z.string(),
});
export type Message = z.infer<typeof Message>;
