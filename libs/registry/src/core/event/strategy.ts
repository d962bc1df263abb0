import type { Event } from '@podlab/api';
import type { PrinterColumn, Strategy } from '@podlab/apiserver';
import { since, textColumn, wideColumn } from '../../printing/cells';
import { validateEvent } from './validation';

/** Models pkg/printers/internalversion printEvent. */
const COLUMNS: readonly PrinterColumn<Event>[] = [
  textColumn(
    'Last Seen',
    'The time at which the most recent occurrence of this event was recorded.',
    lastSeen,
  ),
  textColumn(
    'Type',
    'Type of this event (Normal, Warning), new types could be added in the future',
    (event) => event.type ?? '',
  ),
  textColumn(
    'Reason',
    "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    (event) => event.reason ?? '',
  ),
  textColumn('Object', 'The object that this event is about.', involved),
  wideColumn(
    'Subobject',
    'Optional. The field path of the object.',
    (event) => event.involvedObject.fieldPath ?? '',
  ),
  wideColumn(
    'Source',
    'The component reporting this event. Should be a short machine understandable string.',
    source,
  ),
  textColumn('Message', 'A human-readable description of the status of this operation.', (event) =>
    (event.message ?? '').trim(),
  ),
  wideColumn(
    'First Seen',
    'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
    firstSeen,
  ),
  {
    name: 'Count',
    type: 'integer',
    description: 'The number of times this event has occurred.',
    priority: 1,
    value: (event) => event.series?.count ?? (event.count || 1),
  },
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: '',
    priority: 1,
    value: (event) => event.metadata.name,
  },
];

/** Models k8s.io/kubernetes pkg/registry/core/event strategy. */
export const eventStrategy: Strategy<Event> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  columns: COLUMNS,
  validate: validateEvent,
  validateUpdate: validateEvent,
  selectableFields: ({ involvedObject = {}, reason, reportingComponent, source: from, type }) => ({
    'involvedObject.kind': involvedObject.kind ?? '',
    'involvedObject.namespace': involvedObject.namespace ?? '',
    'involvedObject.name': involvedObject.name ?? '',
    'involvedObject.uid': involvedObject.uid ?? '',
    'involvedObject.apiVersion': involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': involvedObject.fieldPath ?? '',
    reason: reason ?? '',
    reportingComponent: reportingComponent ?? '',
    source: from?.component || (reportingComponent ?? ''),
    type: type ?? '',
  }),
};

function firstSeen(event: Event, now: number): string {
  return since(event.firstTimestamp ?? event.eventTime, now);
}

function lastSeen(event: Event, now: number): string {
  if (event.series) return since(event.series.lastObservedTime, now);
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now);
}

function involved({ involvedObject: { kind = '', name } }: Event): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function source({ source: from, reportingComponent = '', reportingInstance = '' }: Event): string {
  const component = from?.component || reportingComponent;
  const host = from?.host || reportingInstance;
  return host ? `${component}, ${host}` : component;
}
