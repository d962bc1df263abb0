import type { KubeObject } from '@podlab/apimachinery';
import { humanDuration } from '@podlab/apimachinery';
import type { PrinterColumn } from '@podlab/apiserver';
import { parseRfc3339 } from '@podlab/kernel';

/** Cells and columns that many kinds share. Models k8s.io/kubernetes pkg/printers/internalversion printers.go. */

const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const AGE_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export const NAME_COLUMN: PrinterColumn<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: NAME_DESCRIPTION,
  priority: 0,
  value: (object) => object.metadata.name,
};

export const AGE_COLUMN: PrinterColumn<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: AGE_DESCRIPTION,
  priority: 0,
  value: (object, now) => since(object.metadata.creationTimestamp, now),
};

type Value<T> = PrinterColumn<T>['value'];

/** A column of text that `kubectl get` always shows. */
export function textColumn<T>(name: string, description: string, value: Value<T>): PrinterColumn<T> {
  return { name, type: 'string', description, priority: 0, value };
}

/** A column of text that only `-o wide` shows. */
export function wideColumn<T>(name: string, description: string, value: Value<T>): PrinterColumn<T> {
  return { name, type: 'string', description, priority: 1, value };
}

/** Of kinds that print when they were made, not how long ago. */
export const CREATED_AT_COLUMN: PrinterColumn<KubeObject> = textColumn(
  'Created At',
  AGE_COLUMN.description,
  ({ metadata }) => metadata.creationTimestamp ?? '',
);

/** A column of whole numbers that `kubectl get` always shows. */
export function countColumn<T>(
  name: string,
  description: string,
  value: (object: T) => number,
): PrinterColumn<T> {
  return { name, type: 'integer', description, priority: 0, value };
}

/** How long ago a timestamp was. Models translateTimestampSince. */
export function since(timestamp: string | undefined, now: number): string {
  return timestamp ? humanDuration(now - parseRfc3339(timestamp)) : '<unknown>';
}

/** `a=b,c=d` in the order of keys. Models apimachinery pkg/labels FormatLabels. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.map((key) => `${key}=${(labels as Record<string, string>)[key]}`).join(',') || '<none>';
}

/** At most three items of a list and how many more there are. Models listWithMoreString. */
export function firstThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
