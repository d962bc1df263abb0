/** What became of an object, revision by revision: which fields changed, and who wrote them (its managedFields say). */
import type { KubeObject } from '../../lib/kube-object';

export interface Revision {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

export interface FieldChange {
  path: string;
  /** Undefined: it was not there. */
  before: string | undefined;
  after: string | undefined;
}

export interface ObjectChange {
  resourceVersion: string;
  kind: 'created' | 'changed' | 'deleted';
  /** Whoever wrote it: a client's name for itself, or a component's. */
  by: string[];
  /** Virtual time of the write, where its manager noted it. */
  at: string | null;
  fields: FieldChange[];
}

/** Newest first. */
export function changesOf(revisions: readonly Revision[]): ObjectChange[] {
  return revisions
    .map(({ type, object }, index) => {
      const earlier = revisions[index - 1];
      const before = !earlier || earlier.type === 'DELETED' ? null : earlier.object;
      const fields = type === 'MODIFIED' && before ? fieldChanges(before, object) : [];
      return {
        resourceVersion: object.metadata.resourceVersion ?? '',
        kind:
          type === 'DELETED' ? ('deleted' as const) : before ? ('changed' as const) : ('created' as const),
        ...writersOf(type === 'DELETED' ? null : object, before, fields),
        fields,
      };
    })
    .toReversed();
}

interface Manager {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
}

const managersOf = (object: KubeObject | null): Manager[] =>
  (object?.metadata as { managedFields?: Manager[] } | undefined)?.managedFields ?? [];

function writersOf(object: KubeObject | null, before: KubeObject | null, fields: readonly FieldChange[]) {
  const known = new Set(managersOf(before).map((manager) => JSON.stringify(manager)));
  const written = managersOf(object).filter((manager) => !known.has(JSON.stringify(manager)));
  // Written twice within a second nothing of a manager changes: then the part of the object tells them apart.
  const ofStatus = fields.length > 0 && fields.every(({ path }) => path.startsWith('status'));
  const likely = managersOf(object).filter(({ subresource }) => (subresource === 'status') === ofStatus);
  const writers = written.length > 0 ? written : fields.length > 0 ? likely : [];
  const times = writers.flatMap(({ time }) => time ?? []).toSorted();
  return { by: [...new Set(writers.flatMap(({ manager }) => manager ?? []))], at: times.at(-1) ?? null };
}

const UNTOLD = [
  /^metadata\.(managedFields|resourceVersion|generation|uid)\b/,
  /^metadata\.annotations\.kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /\.(lastTransitionTime|lastUpdateTime|lastProbeTime|lastHeartbeatTime)$/,
  /^status\.observedGeneration$/,
];

function fieldChanges(before: KubeObject, after: KubeObject): FieldChange[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path) && !UNTOLD.some((untold) => untold.test(path)))
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }));
}

/** `spec.ports[http].port` → `80`: lists of things by what names each of them. */
function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) leavesOf(item, `${path}[${nameOf(item) ?? index}]`, leaves);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      leavesOf(inner, path === '' ? name : `${path}.${name}`, leaves);
  } else leaves.set(path, String(value as string | number | boolean | null));
  return leaves;
}

function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null;
  const { name, type, ip } = item as Record<string, unknown>;
  const found = name ?? type ?? ip;
  return typeof found === 'string' ? found : null;
}
